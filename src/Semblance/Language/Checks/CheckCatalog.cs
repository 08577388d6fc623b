using System.Collections.Immutable;
using Semblance.Formats;
using Semblance.Rules;

namespace Semblance.Language;

/// <summary>Every check by its word. A check that is added here can be written under any column.</summary>
internal static class CheckCatalog
{
    private delegate TextCheck Reader(YamlValue value, string word, JobMap map, string column, CellPath? of);

    private static readonly (string Word, Reader Read)[] All =
    [
        ("length", (v, w, m, _, of) => new LengthCheck(Bounds(v, w, m).Least, Bounds(v, w, m).Most, words: false) { Name = w, Of = of }),
        ("words", (v, w, m, _, of) => new LengthCheck(Bounds(v, w, m).Least, Bounds(v, w, m).Most, words: true) { Name = w, Of = of }),
        ("pattern", (v, w, m, _, of) => new PatternCheck(SafePattern.Of(m.TextOf(v, w), e => m.Wrong(v, e)), wanted: true) { Name = w, Of = of }),
        ("without", (v, w, m, _, of) => new PatternCheck(SafePattern.Of(m.TextOf(v, w), e => m.Wrong(v, e)), wanted: false) { Name = w, Of = of }),
        ("language", (v, w, m, _, of) => new LanguageCheck(m.TextOf(v, w)) { Name = w, Of = of }),
        ("refusal", (v, w, m, _, of) => Rejecting(v, w, m, new PhraseCheck(PhraseCheck.Refusals, "declines the task", 300) { Name = w, Of = of })),
        ("boilerplate", (v, w, m, _, of) => Rejecting(v, w, m, new PhraseCheck(PhraseCheck.Boilerplate, "has words around the answer, or holes in it", int.MaxValue) { Name = w, Of = of })),
        ("syntax", (v, w, m, _, of) => new SyntaxCheck(m.Word(w, "json", "expression", "date")!) { Name = w, Of = of }),
        ("grounded", (v, w, m, _, of) => new GroundingCheck([.. (v is YamlList list ? list.Items : [v]).Select(s => m.CellPath(s, w))]) { Name = w, Of = of }),
        ("turns", (v, w, m, _, of) => Rejecting(v, w, m, new TurnsCheck { Name = w, Of = of })),
        ("holds", (v, w, m, column, of) => new HoldsCheck(Expression.Parse(m.TextOf(v, w)), column) { Name = w, Of = of }),
        ("sql", (v, w, m, _, of) => SqlCheck.Read(m.MapOf(v, "`sql`"), w, of)),
    ];

    /// <summary>The checks of a map such as <c>{of: answer, length: [20, 400], language: en}</c>.</summary>
    public static ImmutableArray<TextCheck> Read(JobMap map, string column)
    {
        var of = map.Find("of") is { } part ? map.CellPath(part, "of") : null;
        if (of is not null && column.Length > 0 && of.Column != column) of = of with { Column = column, Parts = [of.Column, .. of.Parts] }; // under a column its parts are named from there
        var checks = ImmutableArray.CreateBuilder<TextCheck>();
        foreach (var (word, read) in All)
            if (map.Find(word) is { } value) checks.Add(read(value, word, map, column, of));
        return checks.ToImmutable();
    }

    private static TextCheck Rejecting(YamlValue value, string word, JobMap map, TextCheck check) =>
        map.TextOf(value, word) == "reject" || word == "turns" && map.TextOf(value, word) == "alternate" ? check : throw map.Wrong(value, $"`{word}` takes `{(word == "turns" ? "alternate" : "reject")}`");

    private static (long Least, long Most) Bounds(YamlValue value, string word, JobMap map)
    {
        if (value is YamlList { Items: [YamlText low, YamlText high] } && long.TryParse(low.Text, out var least) && long.TryParse(high.Text, out var most) && least >= 0 && most >= least) return (least, most);
        throw map.Wrong(value, $"`{word}` takes two whole numbers: `{word}: [20, 400]`");
    }
}
