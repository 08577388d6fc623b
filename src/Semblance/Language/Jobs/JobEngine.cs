using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Semblance.Numerics;

namespace Semblance.Language;

/// <summary>One attempt at a row and how it ended.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Attempt">The attempt, from 0.</param>
/// <param name="Column">Column that failed; null where the attempt was accepted.</param>
/// <param name="Reason">Why, in a word.</param>
/// <param name="Detail">Why, in a sentence.</param>
internal sealed record AttemptOutcome(long Row, int Attempt, string? Column = null, string? Reason = null, string? Detail = null)
{
    public bool Accepted => Reason is null;
}

/// <summary>What became of a row: its cells, or nothing; and all attempts at it.</summary>
internal sealed record RowOutcome(long Row, RowWork? Accepted, ImmutableArray<AttemptOutcome> Attempts);

/// <summary>
/// Makes the rows of a job. Every row is a pure function of the seed, its number and the answers it gets; many are under way at once and come out in order.
/// </summary>
internal sealed class JobEngine : IDisposable
{
    /// <summary>Word of the ledger for attempts that the budget broke off.</summary>
    public const string BudgetReason = "budget";

    private readonly TextJob job;
    private readonly Run run;
    private readonly RequestDesk desk;
    private readonly Dictionary<string, DeskModel> models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProviderSetting> settings;
    private readonly List<IDisposable> owned = [];
    private readonly ImmutableDictionary<string, ImmutableArray<JsonObject>> seeds;
    private readonly ConcurrentDictionary<string, int[]> shuffles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, RequestName), byte> counted = new();
    private readonly Dictionary<string, ColumnUsage> usage = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private volatile string? reached;

    /// <param name="job">The job.</param>
    /// <param name="seeds">Its seeds, by source.</param>
    /// <param name="journal">The journal; stays open.</param>
    /// <param name="run">Seed, progress, clock.</param>
    /// <param name="providers">Providers by name in place of the job's, for tests and benches.</param>
    public JobEngine(TextJob job, ImmutableDictionary<string, ImmutableArray<JsonObject>> seeds, RequestJournal journal, Run run, IReadOnlyDictionary<string, ILanguageProvider>? providers = null)
    {
        (this.job, this.seeds, this.run) = (job, seeds, run);
        var spent = new Spent();
        foreach (var (_, total) in journal.Totals()) spent += new Spent(total.Cost, total.InputTokens + total.OutputTokens, total.Calls);
        var budget = new RequestBudget(job.Budget, spent, run.Clock.GetUtcNow());
        desk = new RequestDesk(journal, budget, run.Clock);
        settings = job.Providers.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var open = new Dictionary<string, ILanguageProvider>(StringComparer.Ordinal);
        try
        {
            foreach (var use in Uses(job))
            {
                if (models.ContainsKey(use.Name)) continue;
                var setting = settings[use.Provider];
                if (!open.TryGetValue(use.Provider, out var provider))
                {
                    if (providers?.GetValueOrDefault(use.Provider) is { } given) provider = given;
                    else owned.Add(provider = setting.Open(run.Clock));
                    open.Add(use.Provider, provider);
                }
                var limiter = new RequestLimiter(setting.Limits, run.Clock);
                owned.Add(limiter);
                models[use.Name] = new(use.Name, provider, limiter, setting.Limits, use.Price);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Which bound of the budget was reached; null when none was.</summary>
    public string? Reached => reached;

    /// <summary>Requests sent, answers taken from the journal, requests sent again.</summary>
    public (long Sent, long Kept, long Again) Counts => desk.Counts;

    /// <summary>What the answers took, by column, whenever they were paid.</summary>
    public ImmutableSortedDictionary<string, ColumnUsage> Usage { get { lock (gate) return usage.ToImmutableSortedDictionary(StringComparer.Ordinal); } }

    /// <summary>Every use of a model by a column.</summary>
    public static IEnumerable<ModelUse> Uses(TextJob job) => job.Columns.Select(c => c.Load.Model).OfType<ModelUse>();

    /// <summary>The rows, in order. After the budget is reached those that were not begun are left out.</summary>
    /// <exception cref="ProviderException">A provider will answer nothing more (SB6002, SB6004).</exception>
    public async IAsyncEnumerable<RowOutcome> RowsAsync(long count, [EnumeratorCancellation] CancellationToken ct)
    {
        // wide enough that one slow row holds nobody up, and no wider: what waits here is in memory
        var window = Math.Clamp(models.Values.Sum(m => m.Limits.Concurrency) * 16, 64, 4096);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var underWay = new Queue<Task<RowOutcome?>>();
        try
        {
            for (long next = 0; next < count || underWay.Count > 0;)
            {
                while (next < count && underWay.Count < window && reached is null)
                {
                    var row = next++;
                    underWay.Enqueue(Task.Run(() => RowAsync(row, stop.Token), stop.Token));
                }
                if (!underWay.TryDequeue(out var first)) break;
                var outcome = await first.ConfigureAwait(false);
                if (outcome is not null) yield return outcome;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            while (underWay.TryDequeue(out var task))
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the first error is the one to tell
        }
    }

    /// <summary>Asks a model by its name in the job.</summary>
    public async Task<DeskAnswer> AskAsync(string column, ModelUse use, IEnumerable<ChatMessage> messages, JsonShape? shape, ImmutableArray<int> sample, CancellationToken ct)
    {
        var model = models[use.Name];
        var form = settings[use.Provider].Form;
        var said = messages.ToImmutableArray();
        if (shape is not null && form != AnswerForm.Schema)
        {
            var first = said.First(m => m.Role == "user");
            said = said.Replace(first, first with { Content = $"{first.Content}\n\nAnswer with one JSON value that fits this JSON Schema, and nothing else:\n{shape.Sent}" });
        }
        var request = new ChatRequest
        {
            Provider = model.Provider.Id, Model = use.Model, Messages = said, Temperature = use.Temperature, TopP = use.TopP, MaxTokens = use.MaxTokens,
            Schema = shape?.Sent, Examples = shape?.Schema.ToJsonString(JsonValues.Plain), Form = form, Sample = sample,
        };
        var answer = await desk.AskAsync(model, request, column, ct).ConfigureAwait(false);
        if (answer.Completion is { } told && counted.TryAdd((column, answer.Name), 0))
            lock (gate)
                usage[column] = usage.GetValueOrDefault(column).With(told, use.Price);
        return answer;
    }

    /// <summary>The random numbers of a column for an attempt at a row.</summary>
    public RandomSequence Random(string column, RowWork row) => run.Stream("text/" + column).Sequence(row.Number, (uint)row.Attempt << 16);

    /// <summary>The seeds of a source.</summary>
    public ImmutableArray<JsonObject> Seeds(string source) => seeds[source];

    /// <summary>An order of a source's seeds.</summary>
    public int[] Shuffled(string source, int count) => shuffles.GetOrAdd(source, name =>
    {
        var order = Enumerable.Range(0, count).ToArray();
        run.Stream("text/order/" + name).Sequence().Shuffle(order.AsSpan());
        return order;
    });

    /// <summary>Closes what this opened.</summary>
    public void Dispose()
    {
        foreach (var one in owned) one.Dispose();
    }

    private async Task<RowOutcome?> RowAsync(long number, CancellationToken ct)
    {
        var attempts = ImmutableArray.CreateBuilder<AttemptOutcome>();
        for (var attempt = 0; attempt < job.Attempts && reached is null; attempt++)
        {
            var (work, outcome) = await TryAsync(number, attempt, ct).ConfigureAwait(false);
            attempts.Add(outcome);
            if (outcome.Accepted) return new(number, work, attempts.ToImmutable());
        }
        return attempts.Count == 0 ? null : new(number, null, attempts.ToImmutable());
    }

    private async Task<(RowWork, AttemptOutcome)> TryAsync(long number, int attempt, CancellationToken ct)
    {
        var work = new RowWork(this, number, attempt);
        foreach (var column in job.Plan)
        {
            ct.ThrowIfCancellationRequested();
            CellResult result;
            try { result = await column.MakeAsync(work, ct).ConfigureAwait(false); }
            catch (BudgetReachedException e)
            {
                reached = e.Message;
                result = CellResult.Failed(BudgetReason, $"the budget of {e.Message} leaves no room for another request");
            }
            if (result.Reason is { } reason) return (work, new(number, attempt, column.Name, reason, result.Detail));
            work.Cells[column.Name] = result.Value;
        }
        return (work, new(number, attempt));
    }
}

/// <summary>What the answers for a column took.</summary>
/// <param name="Answers">Answers, those that were sent back among them.</param>
/// <param name="InputTokens">Tokens of the questions.</param>
/// <param name="OutputTokens">Tokens of the answers.</param>
/// <param name="Cost">Money, by the job's prices.</param>
public readonly record struct ColumnUsage(long Answers, long InputTokens, long OutputTokens, double Cost)
{
    internal ColumnUsage With(Completion told, ModelPrice? price) =>
        new(Answers + 1, InputTokens + told.InputTokens, OutputTokens + told.OutputTokens, Cost + (price?.Of(told.InputTokens, told.OutputTokens) ?? 0));
}
