using System.Collections.Immutable;

namespace Semblance.Language;

/// <summary>A text job: what is to be written, by whom, checked how. Read from YAML by <see cref="TextJobReader"/>, which has checked every name in it.</summary>
public sealed record TextJob
{
    /// <summary>Version of the format.</summary>
    public const int FormatVersion = 1;

    /// <summary>The YAML it was read from.</summary>
    public required string Text { get; init; }

    /// <summary>Title of the data set; null takes the name of the job's file.</summary>
    public required string Title { get; init; }

    /// <summary>Folder of the results; null when the job does not say.</summary>
    public string? To { get; init; }

    /// <summary>Rows to make.</summary>
    public long Count { get; init; } = 100;

    /// <summary>Root of all chance; null where it is to be drawn.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How many candidates a row may have before it is given up, 1 to 20. Default 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Licence for the card, as an identifier; null leaves it out.</summary>
    public string? License { get; init; }

    /// <summary>Languages for the card, as ISO 639-1 codes.</summary>
    public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>What may be spent.</summary>
    public SpendingLimit Budget { get; init; } = new();

    /// <summary>Whether every answer is forced to the disk before it is used. Default yes.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Names of the columns that stand in the result, in order.</summary>
    public ImmutableArray<string> Kept => [.. Columns.Where(c => c.Keep).Select(c => c.Name)];

    /// <summary>What a reader of the job should know before it runs.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Every file with seeds, as full paths.</summary>
    public ImmutableArray<string> SeedFiles => [.. Sources.SelectMany(s => s.Files)];

    internal ImmutableArray<ProviderSetting> Providers { get; init; } = [];

    internal ImmutableArray<SeedSource> Sources { get; init; } = [];

    /// <summary>The columns as written.</summary>
    internal ImmutableArray<JobColumn> Columns { get; init; } = [];

    /// <summary>The columns in an order in which each finds what it needs.</summary>
    internal ImmutableArray<JobColumn> Plan { get; init; } = [];

    internal ImmutableArray<CorpusExport> Exports { get; init; } = [];
}

/// <summary>A provider as the job describes it.</summary>
internal sealed record ProviderSetting(string Name, string Kind)
{
    public Uri? Url { get; init; }

    /// <summary>Name of the environment variable that holds the key.</summary>
    public string? KeyVariable { get; init; }

    public AnswerForm Form { get; init; } = AnswerForm.Schema;

    public string TokenKey { get; init; } = "max_tokens";

    public RequestLimits Limits { get; init; } = new();

    public ImmutableArray<MockReply> Replies { get; init; } = [];

    /// <summary>Journal to answer from instead of asking.</summary>
    public string? Replay { get; init; }

    /// <exception cref="ProviderException">SB6001: the environment variable is not set.</exception>
    public ILanguageProvider Open(TimeProvider clock)
    {
        ILanguageProvider provider = Kind switch
        {
            "openai" => new OpenAiProvider(Url, Key(), TokenKey, clock),
            "anthropic" => new AnthropicProvider(Url, Key(), clock),
            _ => new MockProvider(Replies),
        };
        return Replay is null ? provider : new ReplayProvider(RequestJournal.OpenToRead(Replay), provider);
    }

    private string? Key()
    {
        if (KeyVariable is null || Replay is not null) return null;
        return Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key
            : throw new ProviderException("SB6001", $"provider `{Name}` takes its key from the environment variable {KeyVariable}, which is not set; set it and run again");
    }
}
