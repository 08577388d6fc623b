using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>What a job is likely to take, and the most it can take when nothing has to be asked again. Nothing was asked to find out.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Columns">What each column that asks a model takes.</param>
/// <param name="Measured">Whether some column's tokens are those of answers the journal holds, of a preview for instance, and not a guess.</param>
public sealed record TextForecast(long Count, ImmutableArray<ColumnForecast> Columns, bool Measured)
{
    /// <summary>Requests of all columns.</summary>
    public long Requests => Columns.Sum(c => c.Requests);

    /// <summary>Likely tokens of all columns.</summary>
    public long Tokens => Columns.Sum(c => c.InputTokens + c.OutputTokens);

    /// <summary>Likely cost; null where a model has no price.</summary>
    public double? Cost => Columns.All(c => c.Cost is not null) ? Columns.Sum(c => c.Cost) : null;

    /// <summary>Most it can cost when no answer has to be asked for again; null where a model has no price.</summary>
    public double? MostCost => Columns.All(c => c.MostCost is not null) ? Columns.Sum(c => c.MostCost) : null;
}

/// <summary>What a column is likely to take.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Model">The model, as its provider calls it.</param>
/// <param name="Requests">Requests.</param>
/// <param name="InputTokens">Tokens of the questions.</param>
/// <param name="OutputTokens">Tokens of the answers.</param>
/// <param name="Cost">Money; null without a price.</param>
/// <param name="MostCost">Money if every answer is as long as it may be.</param>
public sealed record ColumnForecast(string Column, string Model, long Requests, long InputTokens, long OutputTokens, double? Cost, double? MostCost);

/// <summary>Counts what a job would ask.</summary>
internal static class JobForecast
{
    private const int Sampled = 20;

    public static TextForecast Of(TextJob job, IReadOnlyDictionary<string, ImmutableArray<JsonObject>> seeds, IReadOnlyDictionary<string, JournalTotal> journal)
    {
        // characters a cell is likely to have, where it shows in a prompt
        var length = new Dictionary<string, double>(StringComparer.Ordinal);
        var columns = ImmutableArray.CreateBuilder<ColumnForecast>();
        var measured = false;
        foreach (var column in job.Plan)
        {
            var (requests, model, prompts) = column.Load;
            length[column.Name] = column switch
            {
                SeedColumn seed => seeds[seed.Source.Name].Take(Sampled).Average(s => (double)(s["text"] is { } text ? JsonValues.TextOf(text) : s.ToJsonString()).Length),
                _ => model is null ? 20 : model.MaxTokens * 2.0 * (column is ModelColumn { Samples: > 1 and var n } ? n : 1), // half of the longest, at four characters a token
            };
            if (model is null) continue;
            double input = 16 + (column is PairJudgeColumn pair ? 2 * length[pair.Candidates[0].Column] / pair.Expected / 4 + 60 : 0) + (column is JudgeColumn judge ? 40 + 20 * judge.Rubric.Length : 0), output = model.MaxTokens / 2.0;
            foreach (var prompt in prompts) input += (prompt.Text.Length + prompt.Holes.Sum(h => h.Parts.IsEmpty || h.Parts is ["text"] ? length.GetValueOrDefault(h.Column) : 80)) / 4;
            if (column is ModelColumn { Shape: { } shape }) input += shape.Sent.Length / 4.0;
            if (journal.TryGetValue(column.Name, out var seen) && seen.Calls > 0)
            {
                (input, output, measured) = ((double)seen.InputTokens / seen.Calls, (double)seen.OutputTokens / seen.Calls, true);
                length[column.Name] = output * 4;
            }
            var all = requests * job.Count;
            long inputs = (long)(input * all), outputs = (long)(output * all);
            columns.Add(new(column.Name, model.Model, all, inputs, outputs, model.Price?.Of(inputs, outputs), model.Price?.Of(inputs * 2, all * (long)model.MaxTokens)));
        }
        return new(job.Count, columns.ToImmutable(), measured);
    }
}
