using System.Text.Json.Nodes;
using Semblance.Language;

namespace Semblance.Tests.Language;

/// <summary>Every ready recipe runs offline as it stands, to the last row.</summary>
public sealed class RecipeTests
{
    public static TheoryData<string> Names => [.. TextRecipes.All.Select(r => r.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task A_ready_recipe_runs_offline(string name)
    {
        using var folder = new JobFolder();
        folder.Write("docs/apples.md", "Apples ripen in autumn. The tree needs seven years to bear fruit.\n\nA ripe apple comes off with a turn of the hand. Store apples in a cool and dark room.");
        folder.Write("prompts.csv", "prompt\nWhat is 2 + 3?\nName a river in Africa.\nWhy is the sky blue?\n");
        var text = TextRecipes.Find(name).Text.Replace("to: out/" + name, "to: out") + "seed: 1\njournal: fast\n";
        var result = await folder.RunAsync(text);
        Assert.Null(result.Shortfall);
        Assert.Equal(result.Requested, folder.Lines("data.jsonl").Length);
        foreach (var output in result.Manifest.Outputs.Where(o => o.Name.EndsWith(".jsonl", StringComparison.Ordinal) && o.Rows is not null && o.Name != "data.jsonl"))
            Assert.Empty(await CorpusLint.CheckAsync(folder["out/" + output.Name]));
    }

    [Fact]
    public void The_recipes_of_the_issue_are_there() => Assert.Equal(
        ["classification", "content-moderation", "customer-queries", "dialogue", "distillation", "document-qa", "evol-instruct", "ner", "phishing", "preference-pairs", "self-instruct", "text-to-sql"], TextRecipes.All.Select(r => r.Name));

    [Fact]
    public async Task The_grid_is_covered_evenly()
    {
        using var folder = new JobFolder();
        await folder.RunAsync(TextRecipes.Find("customer-queries").Text.Replace("to: out/customer-queries", "to: out") + "seed: 1\njournal: fast\n");
        var cells = folder.Lines("data.jsonl").GroupBy(r => $"{r["intent"]} {r["persona"]!["age"]} {r["persona"]!["tone"]}").Select(g => g.Count()).ToArray();
        Assert.Equal(36, cells.Length);
        Assert.All(cells, n => Assert.InRange(n, 3, 4));
    }

    [Fact]
    public async Task Spans_stand_where_they_say()
    {
        using var folder = new JobFolder();
        await folder.RunAsync(TextRecipes.Find("ner").Text.Replace("to: out/ner", "to: out") + "seed: 1\njournal: fast\n");
        foreach (var row in folder.Lines("data.jsonl"))
            foreach (var span in (JsonArray)row["spans"]!)
                Assert.Equal((string)span!["text"]!, ((string)row["text"]!)[(int)span["start"]!..(int)span["end"]!]);
    }

    [Fact]
    public async Task Queries_were_carried_out()
    {
        using var folder = new JobFolder();
        await folder.RunAsync(TextRecipes.Find("text-to-sql").Text.Replace("to: out/text-to-sql", "to: out") + "seed: 1\njournal: fast\n");
        var count = folder.Lines("data.jsonl").First(r => (string)r["pair"]!["sql"]! == "SELECT count(*) FROM orders");
        Assert.Equal("""{"columns":["count(*)"],"rows":[[3]]}""", count["result"]!.ToJsonString());
    }
}
