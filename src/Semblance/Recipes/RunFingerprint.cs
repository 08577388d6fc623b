using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>
/// What model and rows of a run depend on, as one key: the recipe but for what only judges or names them, the bytes of the data, and the program. The seed stands beside it, for a run that draws its
/// own goes on with that of the interrupted one.
/// </summary>
internal sealed record RunFingerprint(string Work, ulong Seed)
{
    public string Key => $"{Work}\n{Seed}\n";

    /// <exception cref="DataException">The data can't be read (SB1001).</exception>
    public static async Task<RunFingerprint> OfAsync(Recipe recipe, CancellationToken ct)
    {
        var tool = ManifestFile.ThisTool;
        var (_, data) = await ManifestFile.HashAsync(recipe.Data, ct).ConfigureAwait(false);
        var holdout = recipe.HoldoutFile is { } file ? (await ManifestFile.HashAsync(file, ct).ConfigureAwait(false)).Sha256 : "";
        // the same bytes under another ending are another table
        var made = recipe with { Data = "data" + Path.GetExtension(recipe.Data), HoldoutFile = recipe.HoldoutFile is null ? null : "holdout" + Path.GetExtension(recipe.HoldoutFile), To = null, Threads = null, Seed = null, Require = [], Evaluate = [], Mix = null, Quasi = recipe.Refine is null ? null : recipe.Quasi };
        var text = string.Join('\n', tool.Version, tool.Build, tool.Tier == "other" ? tool.Tier : "", tool.System, data, holdout, RecipeWriter.Write(made, "."));
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), recipe.Seed ?? 0);
    }

    /// <summary>The seed of a key, where it is that of the same work; else null.</summary>
    public ulong? SeedIn(string? key) => key?.Split('\n') is [var work, var seed, _] && work == Work && ulong.TryParse(seed, out var number) ? number : null;
}
