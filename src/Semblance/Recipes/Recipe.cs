using System.Collections.Immutable;
using Semblance.Codecs;

namespace Semblance.Recipes;

/// <summary>The whole loop on one page: what to read, what to fit, what to make, what to demand. Every key but <c>data</c> may be left out.</summary>
public sealed record Recipe
{
    /// <summary>Version of the recipe format this program writes and reads.</summary>
    public const int FormatVersion = 1;

    /// <summary>Table to learn from (<c>data</c>). In a file relative to the recipe's folder; here as a path that can be opened.</summary>
    public required string Data { get; init; }

    /// <summary>Column that a user would predict (<c>target</c>); null leaves utility unjudged.</summary>
    public string? Target { get; init; }

    /// <summary>Catalogue id of the model (<c>model</c>); null takes the catalogue's default.</summary>
    public string? Model { get; init; }

    /// <summary>Hyper-parameters (<c>set</c>), as the model's own keys.</summary>
    public ImmutableSortedDictionary<string, string> Set { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Time that <c>auto</c> may plan for (<c>budget: 60s</c>); null takes its quick class.</summary>
    public string? Budget { get; init; }

    /// <summary>Lets a search choose the model (<c>refine</c>); null takes <see cref="Model"/>.</summary>
    public RefineWish? Refine { get; init; }

    /// <summary>Root of all randomness (<c>seed</c>); null lets the command line draw one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Rows to make (<c>count</c>); null makes as many as the data have.</summary>
    public long? Count { get; init; }

    /// <summary>Share of the rows kept from the model to judge it (<c>holdout: 0.2</c>). Strictly between 0 and 1. Default 0.2. Not used when <see cref="HoldoutFile"/> is given.</summary>
    public double HoldoutShare { get; init; } = 0.2;

    /// <summary>A file of real rows the model must not see (<c>holdout: test.csv</c>); null parts the data by <see cref="HoldoutShare"/>.</summary>
    public string? HoldoutFile { get; init; }

    /// <summary>Kinds that are known better than the data tell (<c>columns</c>), by column name.</summary>
    public ImmutableSortedDictionary<string, ColumnKind> Columns { get; init; } = ImmutableSortedDictionary<string, ColumnKind>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Columns of numbers or moments that the model is to take otherwise than usual (<c>encoding</c>): <c>plan: levels</c>. Where <see cref="Set"/> says it too, this holds.</summary>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <summary>What every row must satisfy (<c>constraints</c>): <c>admitted &lt;= discharged</c>, <c>combination(city, country)</c>. What holds in every real row is kept without being listed.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];

    /// <summary>Only rows for which this holds are made (<c>where</c>).</summary>
    public string? Where { get; init; }

    /// <summary>Which values are to occur how often (<c>balance</c>); null leaves that to the model.</summary>
    public string? Balance { get; init; }

    /// <summary>Sensitive columns that the target is to be independent of (<c>fair</c>): <c>sex</c>, <c>sex, race</c>; null leaves that to the model.</summary>
    public string? Fair { get; init; }

    /// <summary>Whether rows are chosen, from five times as many, so that their counts of one to three columns come near those of the real rows (<c>match: true</c>). In memory.</summary>
    public bool Match { get; init; }

    /// <summary>Also writes real and synthetic rows together, in the ratio that serves the target best (<c>mix</c>); null does not.</summary>
    public MixWish? Mix { get; init; }

    /// <summary>Metrics to judge by (<c>evaluate</c>): names, or families such as <c>privacy</c>; empty takes all. What a gate speaks of is always judged.</summary>
    public ImmutableArray<string> Evaluate { get; init; } = [];

    /// <summary>Columns that others may know of a person (<c>quasi</c>): <c>age, zip, sex</c>; null lets their names and kinds choose them.</summary>
    public string? Quasi { get; init; }

    /// <summary>Gates on scores (<c>require</c>): <c>privacy.dcr-share &lt;= 0.52</c>.</summary>
    public ImmutableArray<string> Require { get; init; } = [];

    /// <summary>Folder for the results (<c>to</c>); null leaves it to the command line.</summary>
    public string? To { get; init; }

    /// <summary>Threads that may work at once (<c>threads</c>); null takes the machine's processors. Results do not depend on it.</summary>
    public int? Threads { get; init; }
}
