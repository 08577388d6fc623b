using Semblance.Codecs;
using Semblance.Data;

namespace Semblance.Tests.Codecs;

public sealed class CategorySharingTests
{
    [Fact]
    public void Blocks_made_on_several_threads_share_one_list_of_levels()
    {
        for (var round = 0; round < 200; round++)
        {
            var codes = Enumerable.Range(0, 40).Select(i => i % 3).ToArray();
            var codec = ColumnCodec.Learn(new CategoryColumn(new("a", ColumnKind.Category), codes, ["x", "y", "z"]), 3);
            var blocks = new Column[8];
            using var start = new Barrier(blocks.Length);
            var threads = Enumerable.Range(0, blocks.Length).Select(t => new Thread(() =>
            {
                start.SignalAndWait();
                blocks[t] = codec.Decode([0, 1], [0, 1], default, 0);
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            Assert.All(blocks, b => Assert.Same(((CategoryColumn)blocks[0]).Levels, ((CategoryColumn)b).Levels));
        }
    }
}
