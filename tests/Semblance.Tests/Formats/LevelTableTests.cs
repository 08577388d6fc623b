using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class LevelTableTests
{
    [Fact]
    public void Codes_follow_first_sight_whichever_way_a_text_comes_in() => Prop.ForAll(
        Gen.Elements("", "a", "ab", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyZ", "é", "b").Or(Gen.Choose(0, 5000).Select(i => $"v{i}")).ListOf().ToArbitrary(), texts =>
        {
            var table = new LevelTable();
            var expected = new List<string>();
            var i = 0;
            foreach (var text in texts)
            {
                if (!expected.Contains(text)) expected.Add(text);
                var padded = new byte[Encoding.UTF8.GetByteCount(text) + 16];
                var n = Encoding.UTF8.GetBytes(text, padded);
                padded.AsSpan(n).Fill((byte)('x' + i % 3)); // what follows must not matter
                var code = i++ % 2 == 0 ? table.AddPadded(padded.AsSpan(0, n)) : table.Add(padded.AsSpan(0, n));
                if (code != expected.IndexOf(text) || table.Find(padded.AsSpan(0, n)) != code) return false;
            }
            return table.ToStrings().SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(400));
}
