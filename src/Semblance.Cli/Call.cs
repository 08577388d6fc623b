using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Cli;

/// <summary>One call of a verb: what was typed, where to speak, when to stop.</summary>
internal sealed record Call(ParseResult Parsed, Screen Screen, CancellationToken Cancel)
{
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public string Get(Argument<string> argument) => Parsed.GetValue(argument)!;

    /// <summary>The command as typed, for the manifest.</summary>
    public string Typed => "semblance " + string.Join(' ', Parsed.Tokens.Select(t => t.Value.Contains(' ') ? $"\"{t.Value}\"" : t.Value));

    /// <summary>The seed given, or a fresh one, which is then said aloud.</summary>
    public ulong SeedOrDrawn(ulong? other = null)
    {
        if ((Get(SharedOptions.Seed) ?? other) is { } seed) return seed;
        var drawn = (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        Screen.Note($"seed {drawn} (drawn; give --seed {drawn} for the same result)");
        return drawn;
    }

    /// <summary>Seed, threads and progress for the library.</summary>
    public Run Run(ulong seed, IProgress<Step>? progress) => new()
    {
        Seed = new Seed(seed),
        Progress = progress,
        Threads = Get(SharedOptions.Threads) switch
        {
            null => Environment.ProcessorCount,
            > 0 and <= 1024 and var n => n,
            var n => throw new UsageException($"--threads {n}: give a number from 1 to 1024"),
        },
    };

    /// <summary>The <c>--budget</c>.</summary>
    public Budget? Budget() => Get(SharedOptions.Budget) is { } time ? Semblance.Budget.Parse(time) : null;

    /// <summary>The <c>--column</c> options as kinds by name.</summary>
    public ImmutableDictionary<string, ColumnKind> Kinds() =>
        Pairs(Get(SharedOptions.Column), "--column", "zip=identifier").ToImmutableDictionary(p => p.Key, p => TableOptions.KindOf(p.Value), StringComparer.Ordinal);

    /// <summary>The <c>--set</c> options, and <c>--prefer</c>, which is one of them.</summary>
    public ImmutableSortedDictionary<string, string> Settings()
    {
        var settings = Pairs(Get(SharedOptions.Set), "--set", "trees=10");
        if (Get(SharedOptions.Prefer) is { } prefer && !settings.TryAdd("prefer", prefer)) throw new UsageException("--prefer and --set prefer say the same thing; keep one");
        return settings.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Reads a table; <c>-</c> is stdin.</summary>
    public async Task<Table> ReadAsync(string path, Run run, ImmutableDictionary<string, ColumnKind>? kinds = null)
    {
        var options = new TableOptions { Kinds = kinds ?? ImmutableDictionary<string, ColumnKind>.Empty };
        if (path != "-") return await Table.ReadAsync(path, options, run, Cancel);
        using var input = Console.OpenStandardInput();
        return await Table.ReadAsync(input, options, run, Cancel);
    }

    /// <summary>The model asked for by --model, or by --as; null where neither says.</summary>
    public string? Model() => Get(SharedOptions.Model) ?? Get(SharedOptions.As) switch
    {
        null or "table" => null,
        "text" => "ngram",
        var other => throw new UsageException($"--as {other}: data are `table` or `text`"),
    };

    private static Dictionary<string, string> Pairs(string[]? texts, string option, string example)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts ?? [])
        {
            // The last equals sign: a column's name may hold one, a kind never does.
            var at = option == "--column" ? text.LastIndexOf('=') : text.IndexOf('=');
            if (at <= 0 || at == text.Length - 1) throw new UsageException($"{option} {text}: write it as {example}");
            if (!pairs.TryAdd(text[..at], text[(at + 1)..])) throw new UsageException($"{option} {text}: `{text[..at]}` is given twice; keep one");
        }
        return pairs;
    }
}
