using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// How people, places and things are written in a country and language. Everything made is nobody's: see the table of docs/design/forms.md. Lists are small files of the library, written for it.
/// </summary>
public sealed class Locale
{
    private static readonly string[] Files =
        ["cs-CZ", "da-DK", "de-DE", "en-GB", "en-US", "es-ES", "fi-FI", "fr-FR", "hi-IN", "it-IT", "ja-JP", "ko-KR", "nl-NL", "pl-PL", "pt-BR", "sv-SE", "tr-TR", "zh-CN"];

    private static readonly FrozenDictionary<string, Lazy<Locale>> ById = Files.Select(f => (Id: f, File: f, Latin: false))
        .Concat(((string Id, string File, bool Latin)[])[("ja-Latn-JP", "ja-JP", true), ("ko-Latn-KR", "ko-KR", true), ("zh-Latn-CN", "zh-CN", true), ("en-IN", "hi-IN", true)])
        .ToFrozenDictionary(l => l.Id, l => new Lazy<Locale>(() => new Locale(l.Id, LocaleData.Read(l.File, l.Latin), l.Latin)));

    private readonly ConcurrentDictionary<string, LocalForm> made = new(StringComparer.Ordinal);
    private readonly LocalWriters writers;

    private Locale(string id, LocaleData data, bool latin)
    {
        Id = id;
        writers = new(data, latin);
        Country = LocaleData.Written(data.Setting("country"), latin);
        (CountryCode, Currency, DateFormat) = (data.Setting("code"), data.Setting("currency"), data.Setting("date"));
        (DecimalSeparator, GroupSeparator) = (data.Setting("decimal")[0], data.Setting("group") is "space" ? '\u00a0' : data.Setting("group")[0]);
        Forms = [.. LocalWriters.Ids.Where(f => writers.Writer(f) is not null)];
    }

    /// <summary>The ids of all locales: <c>de-DE</c>, <c>ja-JP</c> in its own script and <c>ja-Latn-JP</c> in Latin letters.</summary>
    public static ImmutableArray<string> All { get; } = [.. ById.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Language, script where there are two, and country: <c>de-DE</c>.</summary>
    public string Id { get; }

    /// <summary>The country's own name.</summary>
    public string Country { get; }

    /// <summary>ISO 3166 code of the country.</summary>
    public string CountryCode { get; }

    /// <summary>ISO 4217 code of the currency.</summary>
    public string Currency { get; }

    /// <summary>The customary date, in .NET's letters: <c>dd.MM.yyyy</c>.</summary>
    public string DateFormat { get; }

    /// <summary>What stands before the decimals.</summary>
    public char DecimalSeparator { get; }

    /// <summary>What stands between groups of three digits; a no-break space where it is a space.</summary>
    public char GroupSeparator { get; }

    /// <summary>Ids of the forms this locale makes.</summary>
    public ImmutableArray<string> Forms { get; }

    /// <summary>A locale by id.</summary>
    /// <exception cref="RecipeException"><c>SB2140</c>: there is none; names the nearest.</exception>
    public static Locale Find(string id) => ById.TryGetValue(id, out var locale) ? locale.Value
        : throw new RecipeException("SB2140", $"there is no locale '{id}'; {(Nearest.Of(id, ById.Keys) is { } near ? $"did you mean '{near}'?" : "known: " + string.Join(", ", All))}");

    /// <summary>A form as it is written here.</summary>
    /// <exception cref="RecipeException"><c>SB2141</c>: there is no such form, or not in this locale; names the nearest.</exception>
    public LocalForm Form(string id) => made.GetOrAdd(id, static (id, locale) => locale.writers.Writer(id) is { } writer
        ? new LocalForm(id, writer)
        : throw new RecipeException("SB2141", LocalWriters.Ids.Contains(id)
            ? $"{locale.Country} ({locale.Id}) has no {id}"
            : $"there is no form '{id}'; {(Nearest.Of(id, LocalWriters.Ids) is { } near ? $"did you mean '{near}'?" : "known: " + string.Join(", ", locale.Forms))}"), this);

    /// <summary>A number as it is customarily written: decimal and group separators of the country.</summary>
    /// <param name="value">The number.</param>
    /// <param name="decimals">Digits after the decimal separator, 0 to 15.</param>
    public string FormatNumber(double value, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)decimals, 15u);
        var invariant = value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return string.Create(invariant.Length, (invariant, DecimalSeparator, GroupSeparator), static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = from.invariant[i] switch { '.' => from.DecimalSeparator, ',' => from.GroupSeparator, var c => c };
        });
    }

    /// <summary>A date as it is customarily written.</summary>
    public string FormatDate(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
