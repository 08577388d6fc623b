using System.Collections.Immutable;
using System.Text;
using Semblance.Formats;

namespace Semblance.Worlds;

/// <summary>
/// A world as data: a YAML file that names distributions, expressions, states and transitions. It can run no code. <see cref="Open(IReadOnlyDictionary{string, string}?)"/> gives it values for its parameters and makes a <see cref="World"/> of it.
/// </summary>
public sealed class Pack
{
    internal const int FormatVersion = 1;

    private static readonly string[] Shipped = ["clinic", "payments"];

    private Pack(string text, string source)
    {
        Source = new PackSource(source);
        Yaml = Source.Map(StrictYaml.Read(text, $"`{source}`"), "a pack", "pack", "version", "about", "parameters", "clock", "tables", "profiles", "entities", "events", "machines", "processes", "ledger", "graph", "campaigns", "outputs", "targets");
        Name = Source.Named(Source.Single(Yaml.Require("pack"), "`pack`"), "a pack");
        Source.Number(Yaml.Require("version"), "`version`", FormatVersion, FormatVersion);
        About = Yaml.Text("about") ?? "";
        Parameters = [.. Yaml.Pairs("parameters").Select(p => PackParameter.Of(Source, p.Key, p.Value))];
        Text = text;
    }

    /// <summary>Its name; streams of random numbers begin with it.</summary>
    public string Name { get; }

    /// <summary>What it simulates, in one line.</summary>
    public string About { get; }

    /// <summary>What may be set.</summary>
    public ImmutableArray<PackParameter> Parameters { get; }

    /// <summary>Its whole text.</summary>
    public string Text { get; }

    /// <summary>Names of the packs that ship with the library.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Shipped];

    internal PackSource Source { get; }

    internal PackMap Yaml { get; }

    /// <summary>Whether a text is a pack: it begins with the key <c>pack</c>. Lets other YAML files be told from packs.</summary>
    public static bool IsPack(string yaml)
    {
        foreach (var line in yaml.AsSpan().EnumerateLines())
        {
            var rest = line.TrimStart('\ufeff').TrimEnd();
            if (rest.IsEmpty || rest[0] == '#' || rest.StartsWith("---")) continue;
            return rest.StartsWith("pack:");
        }
        return false;
    }

    /// <summary>A pack that ships with the library.</summary>
    /// <exception cref="RecipeException">There is none of that name (SB2209).</exception>
    public static Pack Named(string name)
    {
        if (!Names.Contains(name)) throw new RecipeException("SB2209", $"there is no pack `{name}`; " + (Nearest.Of(name, Names) is { } near ? $"did you mean `{near}`?" : $"the packs are {string.Join(", ", Names)}; a pack of your own is given by its path"));
        using var stream = typeof(Pack).Assembly.GetManifestResourceStream($"Semblance.Worlds.{name}.yaml")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new Pack(reader.ReadToEnd(), name + ".yaml");
    }

    /// <summary>Reads a pack.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">How errors name its source.</param>
    /// <exception cref="RecipeException">It is no pack, or its parameters are not sound (SB2001 to SB2003, SB2201 to SB2207). The rest is checked by <see cref="Open(IReadOnlyDictionary{string, string}?)"/>.</exception>
    public static Pack Read(string yaml, string name) => new(yaml, name);

    /// <summary>Reads a pack file.</summary>
    /// <exception cref="DataException">The file can't be read (SB1001).</exception>
    /// <exception cref="RecipeException">It is no pack (SB2001 to SB2003, SB2201 to SB2207).</exception>
    public static async Task<Pack> ReadAsync(string path, CancellationToken ct = default)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > 8 << 20 }) throw new RecipeException("SB2001", $"`{path}` is larger than 8 MiB; a pack is a few pages");
            return Read(await File.ReadAllTextAsync(path, ct).ConfigureAwait(false), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
    }

    /// <summary>Makes the world.</summary>
    /// <param name="settings">Values of parameters; null leaves all at their defaults.</param>
    /// <exception cref="RecipeException">No such parameter (SB2206), a value out of range (SB2207), or the pack contradicts itself (SB2201 to SB2208, SB2060 to SB2071).</exception>
    public World Open(IReadOnlyDictionary<string, string>? settings = null)
    {
        settings ??= ImmutableDictionary<string, string>.Empty;
        var names = Parameters.Select(p => p.Name);
        foreach (var given in settings.Keys)
            if (!names.Contains(given))
                throw new RecipeException("SB2206", $"the pack {Name} has no parameter `{given}`; " + (Nearest.Of(given, names) is { } near ? $"did you mean `{near}`?" : $"it has {string.Join(", ", names)}"));
        return new World(this, Parameters.ToImmutableSortedDictionary(p => p.Name, p => settings.GetValueOrDefault(p.Name) ?? p.Default));
    }
}
