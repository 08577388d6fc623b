using System.Security.Cryptography;
using System.Text;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>Finds out whether a folder already holds what a recipe gives.</summary>
internal static class FinishedRun
{
    /// <param name="recipe">With every choice made but the number of rows.</param>
    /// <param name="ct">Stops.</param>
    /// <returns>The manifest, or null.</returns>
    public static async Task<Manifest?> FindAsync(Recipe recipe, CancellationToken ct)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(recipe.To!));
        if (!File.Exists(Path.Combine(folder, Manifest.FileName)) || !File.Exists(recipe.Data)) return null;
        Manifest manifest;
        try { manifest = await ManifestFile.ReadAsync(folder, ct).ConfigureAwait(false); }
        catch (DataException) { return null; } // no sound manifest: nothing vouches for what lies there
        if (manifest.Tool with { Tier = "", Runtime = "" } != ManifestFile.ThisTool with { Tier = "", Runtime = "" }) return null;
        if (manifest.Inputs.FirstOrDefault(i => i.Role == "data") is not { } data || !await IsAsync(recipe.Data, data, ct).ConfigureAwait(false)) return null;
        var holdout = manifest.Inputs.FirstOrDefault(i => i.Role == "holdout");
        if (recipe.HoldoutFile is { } file ? holdout is null || !File.Exists(file) || !await IsAsync(file, holdout, ct).ConfigureAwait(false) : holdout is not null) return null;

        var text = ResultFiles.RecipeText(recipe with { Count = recipe.Count ?? data.Rows }, folder);
        if (manifest.Outputs.FirstOrDefault(o => o.Name == RunResult.RecipeFile)?.Sha256 != Convert.ToHexStringLower(SHA256.HashData(text))) return null;
        foreach (var output in manifest.Outputs)
            if ((await FileCheck.OutputAsync(folder, output, ct).ConfigureAwait(false)).Check.Outcome != CheckOutcome.Same) return null;
        return manifest.Withheld.Any(name => File.Exists(Path.Combine(folder, name))) ? null : manifest;
    }

    private static async Task<bool> IsAsync(string path, ManifestInput input, CancellationToken ct)
    {
        var (bytes, sha256) = await ManifestFile.HashAsync(path, ct).ConfigureAwait(false);
        return bytes == input.Bytes && sha256 == input.Sha256;
    }
}
