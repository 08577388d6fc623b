using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Rules;
using Semblance.Worlds;

namespace Semblance.Recipes;

/// <summary>Opens whatever can make data, by its file.</summary>
public static class Opening
{
    /// <summary>Opens a model file, a rules file or a pack. Runs no code from it; every size is bounded.</summary>
    /// <param name="path">A file that ends in <c>.yaml</c> or <c>.yml</c> holds rules or, where its first key is <c>pack</c>, a pack; any other a fitted model. Where there is no such file, the name of a pack that ships.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DataException">It can't be read (SB1001), or is no sound model (SB50xx).</exception>
    /// <exception cref="RecipeException">It is no sound rules file (SB2001 to SB2003, SB2120 to SB2139), or a recipe (SB2012).</exception>
    public static async Task<Opened> OpenAsync(string path, CancellationToken ct = default)
    {
        if (Pack.Names.Contains(path) && !File.Exists(path)) return new Opened(null, null) { Pack = Pack.Named(path) };
        if (!RecipeReader.IsRecipe(path)) return new Opened(await ModelCatalog.Default.OpenAsync(path, ct).ConfigureAwait(false), null);
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > 8 << 20 }) throw new RecipeException("SB2001", $"`{path}` is larger than 8 MiB; rules are a few pages");
            text = await File.ReadAllTextAsync(path, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
        if (Pack.IsPack(text)) return new Opened(null, null) { Pack = Pack.Read(text, path) };
        var keys = StrictYaml.Read(text, $"`{path}`").Entries.Select(e => e.Key.Text).ToHashSet(StringComparer.Ordinal);
        if (!keys.Contains("rules") && keys.Contains("data")) throw new RecipeException("SB2012", $"`{path}` is a recipe: run it with `semblance run {path}`; a rules file begins with `rules: 1`");
        return new Opened(null, RuleSchema.Read(text, path, new RuleSources(Path.GetDirectoryName(path) ?? "")));
    }
}

/// <summary>Something that makes data: a fitted model of a table, rules, or a pack.</summary>
/// <param name="Model">The model, or null.</param>
/// <param name="Rules">The rules, or null.</param>
public sealed record Opened(IGenerator<Table>? Model, RuleSchema? Rules) : IDisposable
{
    /// <summary>The pack, or null; its parameters make a world of it.</summary>
    public Pack? Pack { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model?.Dispose();
        Rules?.Dispose();
    }
}
