using Semblance.Data;
using Semblance.Recipes;
using Semblance.Tests.Models;

namespace Semblance.Tests.Recipes;

/// <summary>A folder with a small table in it, and recipes for that; gone afterwards.</summary>
internal sealed class RecipeFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("semblance-recipes-");

    private RecipeFolder() { }

    public string this[string name] => Path.Combine(folder.FullName, name);

    /// <summary>A recipe of the quickest model, with every choice made.</summary>
    public Recipe Recipe => new() { Data = this["data.csv"], Target = "group", Model = "independent", Seed = 1, To = this["out"], Evaluate = ["validity"] };

    public static async Task<RecipeFolder> OfAsync(int rows = 300)
    {
        var made = new RecipeFolder();
        await MadeTable.Of(rows, 1).WriteAsync(made["data.csv"]);
        return made;
    }

    /// <summary>Every file and folder below, by relative name.</summary>
    public string[] Names(string below = "") => !Directory.Exists(this[below]) ? []
        : [.. Directory.EnumerateFileSystemEntries(this[below], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(this[below], f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}
