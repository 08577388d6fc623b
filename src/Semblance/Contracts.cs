using System.Collections.Immutable;

namespace Semblance;

/// <summary>Data of any modality.</summary>
public interface IDataset
{
    /// <summary>Number of items: rows of a table.</summary>
    long Count { get; }

    /// <summary>What an item looks like.</summary>
    Schema Schema { get; }
}

/// <summary>An unfitted model: a sealed record of hyper-parameters.</summary>
public interface IModel<T> where T : IDataset
{
    /// <summary>Catalogue id: <c>cart</c>, <c>copula</c>.</summary>
    string Id { get; }

    /// <summary>Fits to real data. The data are not changed; nothing of a single row is kept in the result.</summary>
    /// <exception cref="FitException">These data can't be fitted.</exception>
    Task<IGenerator<T>> FitAsync(T real, Run run, CancellationToken ct = default);
}

/// <summary>Whatever yields data: a fitted model, a rule schema, a world.</summary>
public interface IGenerator<T> : IDisposable where T : IDataset
{
    /// <summary>Schema of what comes out, equal to that of what went in.</summary>
    Schema Schema { get; }

    /// <summary>Where this generator came from.</summary>
    About About { get; }

    /// <summary>
    /// Yields exactly <see cref="Request.Count"/> items in blocks of 4,096 rows (the last may be shorter), in constant memory.
    /// Row i depends on (seed, i) only: not on thread count, block consumer or the rows before it.
    /// </summary>
    /// <exception cref="GenerateException">The request can't be met.</exception>
    IAsyncEnumerable<T> StreamAsync(Request request, Run run, CancellationToken ct = default);
}

/// <summary>What to generate.</summary>
/// <param name="Count">How many items.</param>
public sealed record Request(long Count)
{
    /// <summary>Index of the first row to make: rows [First, First + Count) of the endless sequence this seed defines. Lets blocks, shards and <c>verify</c> make any part alone.</summary>
    public long First { get; init; }

    /// <summary>Only rows for which this holds.</summary>
    public Condition? Where { get; init; }

    /// <summary>How often each value of some columns is to occur; null leaves that to the model.</summary>
    public Balance? Balance { get; init; }

    /// <summary>A target that is to be independent of sensitive columns; null leaves that to the model.</summary>
    public Fairness? Fair { get; init; }

    /// <summary>
    /// Rows of the whole that these rows are a part of; null when they end it, at <see cref="First"/> + <see cref="Count"/>. A balance is exact over the whole, and so is
    /// fairness: who makes parts alone must say how large that is.
    /// </summary>
    public long? Total { get; init; }

    /// <summary>Rows with holes to be filled: what comes out is these rows in their order, present cells as they are. It has <see cref="Count"/> rows, the first of them row <see cref="First"/>.</summary>
    public IDataset? Complete { get; init; }
}

/// <summary>
/// Which values are to occur how often: <c>income</c> (each value equally often), <c>sex, income</c> (each combination), <c>income: '&lt;=50K' 0.7, '>50K' 0.3</c>.
/// Parsed by <c>Semblance.Rules</c>.
/// </summary>
/// <param name="Text">Source text.</param>
public sealed record Balance(string Text);

/// <summary>
/// Statistical parity: in every group of the sensitive columns each value of the target is as frequent as overall; numbers count by tenths. All else stays as the model has it, given both.
/// Parsed by <c>Semblance.Rules</c>.
/// </summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Sensitive">Names of the sensitive columns: <c>sex</c>, or <c>sex, race</c> for all their combinations.</param>
public sealed record Fairness(string Target, string Sensitive);

/// <summary>A condition in the one expression language: <c>income = '>50K' and age >= 60</c>. Parsed by <c>Semblance.Rules</c>.</summary>
/// <param name="Text">Source text.</param>
public sealed record Condition(string Text);

/// <summary>What a generator tells about itself; goes into the manifest and the report.</summary>
public sealed record About
{
    /// <summary>Catalogue id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Hyper-parameters as key and value, invariant text.</summary>
    public ImmutableSortedDictionary<string, string> Spec { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Seed of the fit.</summary>
    public Seed Seed { get; init; }

    /// <summary>Version of the library that fitted it.</summary>
    public string Version { get; init; } = typeof(About).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>SHA-256 over schema and cells of the data it was fitted on, lower-case hex.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>Rows it was fitted on.</summary>
    public long FittedRows { get; init; }

    /// <summary>Loss by step, empty where there is none.</summary>
    public ImmutableArray<double> LossCurve { get; init; } = [];

    /// <summary>Every attempt of <c>auto</c> or <c>refine</c>, in order; empty otherwise.</summary>
    public ImmutableArray<Attempt> Trail { get; init; } = [];

    /// <summary>What a reader should know: protections applied, columns replaced.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>One candidate that <c>auto</c> or <c>refine</c> tried.</summary>
/// <param name="Model">Catalogue id.</param>
/// <param name="Spec">Hyper-parameters, for a person.</param>
/// <param name="Scores">Score by name, on the inner holdout.</param>
/// <param name="Chosen">Whether this one was taken.</param>
/// <param name="Why">Reason in words.</param>
public sealed record Attempt(string Model, string Spec, ImmutableSortedDictionary<string, double> Scores, bool Chosen, string Why)
{
    /// <summary>What it was planned to cost, in seconds of two cores by a fixed table; 0 where that was not counted.</summary>
    public double Seconds { get; init; }
}
