using System.Text.Json.Nodes;
using Semblance.Language;

namespace Semblance.Tests.Language;

public sealed class CheckTests
{
    [Theory]
    [InlineData("The model X200 costs 1,299.50 euros since 12 May 2024.", "In May 2024, on the 12th, the X200 was priced at 1299.50 euros by the firm.", "")]
    [InlineData("It costs 1,300 euros.", "It costs 1299 euros.", "1,300")]
    [InlineData("Anna Keller leads the Berlin office.", "The Berlin office is led by Anna Keller.", "")]
    [InlineData("We met Otto in Paris.", "We met Otto in Rome.", "Paris")]
    [InlineData("It opened in 1999 and closed in 2004.", "It opened in 1999.", "2004")]
    [InlineData("Rome's walls. They stand.", "the walls of Rome", "")]
    [InlineData("A share of 0,5 and 1.000.000 people.", "0.5 of 1000000", "")]
    public void What_a_text_states_must_stand_in_its_source(string text, string source, string missing) => Assert.Equal(missing, string.Join(' ', GroundingCheck.Missing(text, source)));

    [Theory]
    [InlineData("Where is my parcel? I have been waiting for two weeks and nobody can tell me.", "en")]
    [InlineData("Wo ist mein Paket? Ich warte schon seit zwei Wochen und niemand kann es mir sagen.", "de")]
    [InlineData("Où est mon colis ? Je l'attends depuis deux semaines et personne ne sait où il est.", "fr")]
    [InlineData("¿Dónde está mi paquete? Lo espero desde hace dos semanas y no me dicen nada de él.", "es")]
    [InlineData("Dov'è il mio pacco? Lo aspetto da due settimane e nessuno mi sa dire che cosa è successo.", "it")]
    [InlineData("Где моя посылка? Я жду уже две недели.", "ru")]
    [InlineData("荷物はどこですか。二週間待っています。", "ja")]
    [InlineData("我的包裹在哪里？我已经等了两个星期了。", "zh")]
    [InlineData("أين طردي؟ أنتظره منذ أسبوعين.", "ar")]
    [InlineData("OK", null)]
    [InlineData("SELECT * FROM t WHERE x > 5 LIMIT 10", null)]
    public void A_language_is_told_or_left_open(string text, string? language) => Assert.Equal(language, LanguageGuess.Of(text));

    [Theory]
    [InlineData("I'm sorry, but I can't help with that.", true)]
    [InlineData("I’m unable to write this.", true)]
    [InlineData("Es tut mir leid, aber ich kann das nicht schreiben.", true)]
    [InlineData("I'm sorry that the parcel is late. It will come tomorrow.", false)]
    public void A_refusal_is_told_from_an_apology(string text, bool refuses) =>
        Assert.Equal(refuses, new PhraseCheck(PhraseCheck.Refusals, "declines", 300) { Name = "refusal" }.Fault("a", JsonValue.Create(text), new RowCells()) is not null);

    [Theory]
    [InlineData("u a", null)]
    [InlineData("s u a u a", null)]
    [InlineData("u a t a", null)]
    [InlineData("", "it has no turns")]
    [InlineData("a u", "turn 1 is `assistant` after nothing")]
    [InlineData("u u a", "turn 2 is `user` after `user`")]
    [InlineData("u a u", "the last turn is `user`, not `assistant`")]
    [InlineData("u s a", "turn 2 is `system` after `user`")]
    [InlineData("u x", "turn 2 has the unknown role `x`")]
    [InlineData("u -a", "turn 2 (assistant) is empty")]
    public void Turns_are_in_order_and_not_empty(string roles, string? fault)
    {
        var turns = new JsonArray([.. roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => (JsonNode)new JsonObject
        {
            ["role"] = r.TrimStart('-') switch { "u" => "user", "a" => "assistant", "s" => "system", "t" => "tool", var other => other }, ["content"] = r[0] == '-' ? " " : "x",
        })]);
        Assert.Equal(fault, ChatLint.Fault(turns));
    }

    [Theory]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"b"}""", "`chosen` and `rejected` are the same")]
    [InlineData("""{"prompt":"a","chosen":"","rejected":"b"}""", "`chosen` is empty or no text")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "the last turn is `user`, not `assistant`")]
    [InlineData("""{"a":1}""", "the keys a are those of no known form")]
    [InlineData("nonsense", "not a JSON object")]
    public async Task Broken_lines_are_found(string line, string what)
    {
        using var folder = new JobFolder();
        folder.Write("x.jsonl", line + "\n");
        var finding = Assert.Single(await CorpusLint.CheckAsync(folder["x.jsonl"]));
        Assert.Equal(1, finding.Line);
        Assert.StartsWith(what, finding.What);
    }

    [Theory]
    [InlineData("SELECT count(*) AS n FROM t", """{"columns":["n"],"rows":[[2]]}""", null)]
    [InlineData("SELECT a, b FROM t ORDER BY a;", """{"columns":["a","b"],"rows":[[1,"x"],[2,null]]}""", null)]
    [InlineData("DELETE FROM t", null, "not authorized")]
    [InlineData("ATTACH 'x.db' AS x", null, "not authorized")]
    [InlineData("SELECT 1; DROP TABLE t", null, "it is more than one statement")]
    [InlineData("SELEC 1", null, "near \"SELEC\": syntax error")]
    [InlineData("SELECT zzz FROM t", null, "no such column: zzz")]
    [InlineData("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", null, "it takes too long")]
    [InlineData("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300) SELECT i FROM n", null, "it gives more than 200 rows")]
    [InlineData("SELECT load_extension('x')", null, "not authorized to use function: load_extension")]
    [InlineData("SELECT zeroblob(900000000)", null, "string or blob too big")]
    [InlineData("", null, "it is no query")]
    public void A_query_runs_in_a_box(string sql, string? result, string? fault)
    {
        var (given, wrong) = new SqlSandbox("CREATE TABLE t(a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL);").Query(sql);
        Assert.Equal(result, given?.ToJsonString());
        Assert.Equal(fault, wrong);
    }

    [Fact]
    public void A_hole_of_a_template_is_filled_once()
    {
        var cells = new RowCells { ["a"] = JsonNode.Parse("""{"b":["{{ c }}",2]}"""), ["c"] = "secret" };
        Assert.Equal("x {{ c }} 2 secret", PromptTemplate.Parse("x {{ a.b.0 }} {{a.b.1}} {{c}}").Fill(cells));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    public void Pieces_hold_the_whole_document(int most)
    {
        var text = string.Join("\n\n", Enumerable.Range(0, 20).Select(i => $"Paragraph {i} says something. It has two sentences, the second longer than the first."));
        var pieces = SeedSource.Pieces(text, most, 0).ToArray();
        Assert.All(pieces, p => Assert.InRange(p.Length, 1, most));
        Assert.Equal(string.Concat(text.Where(c => !char.IsWhiteSpace(c))), string.Concat(pieces.SelectMany(p => p).Where(c => !char.IsWhiteSpace(c))));
        Assert.All(SeedSource.Pieces(text, most, most / 3).Skip(1), p => Assert.True(char.IsLetterOrDigit(p[0])));
    }

    [Fact]
    public void A_page_is_read_as_it_is_seen() => Assert.Equal("Title\n\nOne & two.\n\nThree",
        SeedSource.HtmlText("<html><head><title>x</title></head><body><h1>Title</h1><script>if (a < b) alert('<p>');</script><p class=\"a\">One &amp; <b>two</b>.</p><style>p{}</style><p>Three"));
}
