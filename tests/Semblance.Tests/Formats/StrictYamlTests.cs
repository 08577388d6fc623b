using FsCheck;
using FsCheck.Fluent;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class StrictYamlTests
{
    [Fact]
    public void Maps_lists_and_texts_come_with_their_places()
    {
        var map = StrictYaml.Read("a: 1\nb:\n  - no\n  - \"2\"\nc: { d: x y }\n", "it");
        Assert.Equal(["a", "b", "c"], map.Entries.Select(e => e.Key.Text));
        var list = Assert.IsType<YamlList>(map.Entries[1].Value);
        Assert.Equal(new YamlText("no", false, 3, 5), list.Items[0]);
        Assert.Equal(new YamlText("2", true, 4, 5), list.Items[1]);
        Assert.Equal("x y", Assert.IsType<YamlText>(Assert.IsType<YamlMap>(map.Entries[2].Value).Entries[0].Value).Text);
    }

    [Theory]
    [InlineData("", "SB2001")]
    [InlineData("just a text", "SB2001")]
    [InlineData("- a\n- b", "SB2001")]
    [InlineData("a: [1, 2", "SB2001")]
    [InlineData("a: 1\n\tb: 2", "SB2001")]
    [InlineData("a: &x 1\nb: *x", "SB2002")]
    [InlineData("a: *x", "SB2002")]
    [InlineData("a: !!python/object:os.system 1", "SB2002")]
    [InlineData("a: 1\n---\nb: 2", "SB2002")]
    [InlineData("a: 1\na: 2", "SB2003")]
    [InlineData("? [x, y]\n: 2", "SB2002")]
    public void What_is_not_plain_is_refused_by_name(string yaml, string code) =>
        Assert.Equal(code, Assert.Throws<RecipeException>(() => StrictYaml.Read(yaml, "it")).Code);

    [Fact]
    public void A_double_key_names_both_lines() =>
        Assert.Contains("line 3, column 1: the key `a` stands twice (first on line 1)", Assert.Throws<RecipeException>(() => StrictYaml.Read("a: 1\nb: 2\na: 3\n", "it")).Message);

    [Fact]
    public void Deep_or_large_documents_are_refused()
    {
        Assert.Throws<RecipeException>(() => StrictYaml.Read("a: " + new string('[', 3000) + new string(']', 3000), "it"));
        Assert.Throws<RecipeException>(() => StrictYaml.Read("a: [" + string.Concat(Enumerable.Repeat("1,", 300_000)) + "1]", "it"));
        Assert.Throws<RecipeException>(() => StrictYaml.Read(new string(' ', 5_000_000), "it"));
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_code() =>
        Prop.ForAll<string>(text =>
        {
            try { StrictYaml.Read(text ?? "", "it"); }
            catch (RecipeException) { }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_broken_recipe_is_read_or_refused_with_a_code()
    {
        const string sound = "version: 1\ndata: \"a b.csv\"\nset: { trees: 10 }\nrequire:\n  - 'x<=1'\n";
        Prop.ForAll<int, char>((at, c) =>
        {
            var index = (int)((uint)at % sound.Length);
            try { StrictYaml.Read(sound[..index] + c + sound[(index + 1)..], "it"); }
            catch (RecipeException) { }
        }).QuickCheckThrowOnFailure();
    }
}
