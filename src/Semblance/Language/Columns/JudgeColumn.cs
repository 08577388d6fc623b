using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>A model that scores a text by a rubric, several times where votes are asked for. The cell holds the mean of each aspect and, as <c>score</c>, the mean of them all.</summary>
internal sealed class JudgeColumn : JobColumn
{
    private readonly JsonShape shape;

    public JudgeColumn(ImmutableArray<(string Aspect, string Meaning)> rubric, int low, int high)
    {
        (Rubric, Low, High) = (rubric, low, high);
        var properties = new JsonObject { ["why"] = new JsonObject { ["type"] = "string", ["description"] = "One or two sentences." } };
        foreach (var (aspect, meaning) in rubric)
            properties[aspect] = new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = high, ["description"] = meaning };
        shape = JudgeShape.Closed(properties);
    }

    public ImmutableArray<(string Aspect, string Meaning)> Rubric { get; }

    public int Low { get; }

    public int High { get; }

    public required ModelUse Model { get; init; }

    /// <summary>What is judged.</summary>
    public required PromptTemplate Of { get; init; }

    /// <summary>What it was made for: a question, a task.</summary>
    public PromptTemplate? Task { get; init; }

    public int Votes { get; init; } = 1;

    /// <summary>Least score; a row below it is rejected.</summary>
    public double? Min { get; init; }

    public int Retries { get; init; } = 2;

    public override string Word => "judge";

    public override IEnumerable<CellPath> Needs => Of.Holes.Concat(Task?.Holes ?? []);

    public override (int, ModelUse?, IEnumerable<PromptTemplate>) Load => (Votes, Model, Task is null ? [Of] : [Of, Task]);

    public override async ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var prompt = new StringBuilder("Judge the text below. Give each aspect a whole number from ").Append(CultureInfo.InvariantCulture, $"{Low} (worst) to {High} (best), and say why.\n");
        foreach (var (aspect, meaning) in Rubric) prompt.Append("- ").Append(aspect).Append(": ").Append(meaning).Append('\n');
        if (Task is not null) prompt.Append("\nIt was written for this:\n").Append(PromptTemplate.Marked(Task.Fill(row.Cells))).Append('\n');
        prompt.Append("\nThe text:\n").Append(PromptTemplate.Marked(Of.Fill(row.Cells)));
        var votes = await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, Votes).Select(v => JudgeShape.AskAsync(row, Name, Model, shape, prompt.ToString(), Retries, v, ct))).ConfigureAwait(false);
        var value = new JsonObject();
        double all = 0;
        foreach (var vote in votes)
            if (vote.Reason is not null) return vote;
        foreach (var (aspect, _) in Rubric)
        {
            double sum = 0;
            foreach (var vote in votes) sum += JsonValues.Number(vote.Value![aspect]!);
            value[aspect] = Math.Round(sum / Votes, 4);
            all += sum / Votes;
        }
        var score = Math.Round(all / Rubric.Length, 4);
        value["score"] = score;
        value["why"] = votes[0].Value!["why"]?.DeepClone();
        return Min is { } min && score < min ? CellResult.Failed("below-min", string.Create(CultureInfo.InvariantCulture, $"score {score} is below {min}")) : new(value);
    }
}

/// <summary>
/// A model that compares candidates two by two, each pair in both orders: a judge that merely likes what stands first or last contradicts itself, and that is a tie. The cell holds <c>chosen</c> and
/// <c>rejected</c>, the candidates with most and fewest points, and the points.
/// </summary>
internal sealed class PairJudgeColumn : JobColumn
{
    private static readonly JsonShape Shape = JudgeShape.Closed(new JsonObject
    {
        ["why"] = new JsonObject { ["type"] = "string", ["description"] = "One or two sentences." },
        ["better"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("first", "second", "tie") },
    });

    public required ModelUse Model { get; init; }

    /// <summary>One column with a list, or several columns.</summary>
    public required ImmutableArray<CellPath> Candidates { get; init; }

    /// <summary>How many candidates there are, for forecasts.</summary>
    public required int Expected { get; init; }

    /// <summary>What the candidates were written for.</summary>
    public PromptTemplate? Task { get; init; }

    /// <summary>What makes one better.</summary>
    public string Criterion { get; init; } = "the more correct, complete and helpful one is better; length alone is no merit";

    public int Votes { get; init; } = 1;

    /// <summary>Whether a row whose best and worst candidates have the same points is kept, the first candidate chosen.</summary>
    public bool KeepTies { get; init; }

    public int Retries { get; init; } = 2;

    public override string Word => "judge";

    public override IEnumerable<CellPath> Needs => Candidates.Concat(Task?.Holes ?? []);

    public override (int, ModelUse?, IEnumerable<PromptTemplate>) Load => (Expected * (Expected - 1) * Votes, Model, Task is null ? [] : [Task]);

    public override async ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var texts = Candidates.SelectMany(c => c.In(row.Cells) is JsonArray list ? list.Select(JsonValues.TextOf) : [JsonValues.TextOf(c.In(row.Cells))]).ToArray();
        if (texts.Distinct(StringComparer.Ordinal).Count() < 2) return CellResult.Failed("same-candidates", "all candidates say the same");
        var pairs = (from a in Enumerable.Range(0, texts.Length) from b in Enumerable.Range(a + 1, texts.Length - a - 1) select (a, b)).ToArray();
        // the number of a request tells pair, vote and order: no two are the same
        var asked = await System.Threading.Tasks.Task.WhenAll(pairs.SelectMany((pair, p) => Enumerable.Range(0, Votes * 2).Select(v =>
            JudgeShape.AskAsync(row, Name, Model, Shape, Prompt(row, texts[v % 2 == 0 ? pair.a : pair.b], texts[v % 2 == 0 ? pair.b : pair.a]), Retries, p * Votes * 2 + v, ct)))).ConfigureAwait(false);
        foreach (var vote in asked)
            if (vote.Reason is not null) return vote;
        var points = new double[texts.Length];
        for (var p = 0; p < pairs.Length; p++)
        {
            int first = 0, second = 0; // wins of a and of b, counted in votes in which both orders agree
            for (var v = 0; v < Votes; v++)
            {
                var (here, there) = (Better(asked[(p * Votes + v) * 2]), Better(asked[(p * Votes + v) * 2 + 1]));
                if (here == "first" && there == "second") first++;
                else if (here == "second" && there == "first") second++;
            }
            points[pairs[p].a] += first > second ? 1 : first == second ? 0.5 : 0;
            points[pairs[p].b] += second > first ? 1 : first == second ? 0.5 : 0;
        }
        int best = 0, worst = points.Length - 1;
        for (var i = 0; i < points.Length; i++)
        {
            if (points[i] > points[best]) best = i;
            if (points[i] < points[worst]) worst = i;
        }
        if (points[best] == points[worst] && !KeepTies) return CellResult.Failed("tie", "no candidate is better under both orders");
        if (best == worst) worst = best == 0 ? points.Length - 1 : 0;
        return new(new JsonObject
        {
            ["chosen"] = texts[best], ["rejected"] = texts[worst], ["chosen-index"] = best, ["rejected-index"] = worst,
            ["points"] = new JsonArray([.. points.Select(x => (JsonNode)x)]),
        });

        static string Better(CellResult vote) => (string)vote.Value!["better"]!;
    }

    private string Prompt(RowWork row, string first, string second)
    {
        var prompt = new StringBuilder("Which of two texts is better? ").Append(Criterion).Append(".\n");
        if (Task is not null) prompt.Append("\nBoth were written for this:\n").Append(PromptTemplate.Marked(Task.Fill(row.Cells))).Append('\n');
        return prompt.Append("\nThe first text:\n").Append(PromptTemplate.Marked(first)).Append("\n\nThe second text:\n").Append(PromptTemplate.Marked(second)).ToString();
    }
}

/// <summary>What the judges share: a closed shape, and asking until the answer has it.</summary>
internal static class JudgeShape
{
    public static JsonShape Closed(JsonObject properties) => new(new JsonObject
    {
        ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. properties.Select(p => (JsonNode)p.Key)]), ["additionalProperties"] = false,
    });

    public static Task<CellResult> AskAsync(RowWork row, string column, ModelUse model, JsonShape shape, string prompt, int retries, int sample, CancellationToken ct) =>
        ModelColumn.AskAsync(row, column, model, shape, [new("system", "You judge texts. " + PromptTemplate.Notice), new("user", prompt)], retries, sample, static (_, _) => null, ct);
}
