using Semblance.Models;

namespace Semblance.Tests.Models;

public class RowContextsTests
{
    [Fact]
    public void Rows_share_a_context_where_they_agree_in_every_column()
    {
        var contexts = new RowContexts(12);
        Assert.Equal([0], contexts.Rows.ToArray());
        int[] a = [2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0], b = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1];
        contexts.Part(a, 3);
        contexts.Part(new int[12], 1);
        contexts.Part(b, 2);
        Assert.Equal(3, contexts.Count);
        Assert.Equal([0, 1, 2], contexts.Rows.ToArray());
        for (var row = 0; row < 12; row++)
            for (var other = 0; other < 12; other++)
                Assert.Equal(a[row] == a[other] && b[row] == b[other], contexts.Of[row] == contexts.Of[other]);
        for (var row = 0; row < 12; row++) Assert.Equal(contexts.Of[row], contexts.Of[contexts.Rows[contexts.Of[row]]]);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(12, 7)]
    [InlineData(4096, 1025)]
    public void Where_more_than_half_of_the_rows_or_too_many_differ_nobody_looks_any_more(int rows, int tokens)
    {
        var contexts = new RowContexts(rows);
        var drawn = Enumerable.Range(0, rows).Select(row => row % tokens).ToArray();
        contexts.Part(drawn, tokens);
        Assert.Equal(0, contexts.Count);
        contexts.Part(new int[rows], 2);
        Assert.Equal(0, contexts.Count);
        Assert.Empty(contexts.Rows.ToArray());
    }

    [Theory]
    [InlineData(12, 6)]
    [InlineData(4096, 1024)]
    public void As_many_as_allowed_are_kept(int rows, int tokens)
    {
        var contexts = new RowContexts(rows);
        contexts.Part([.. Enumerable.Range(0, rows).Select(row => row % tokens)], tokens);
        Assert.Equal(tokens, contexts.Count);
    }
}
