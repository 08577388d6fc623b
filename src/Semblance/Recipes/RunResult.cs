using System.Collections.Immutable;
using Semblance.Metrics;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>What a run of a recipe gave.</summary>
public sealed record RunResult
{
    /// <summary>Name of the generated table in the folder.</summary>
    public const string DataFile = "synthetic.csv";

    /// <summary>Name of the model in the folder.</summary>
    public const string ModelFile = "model.semblance";

    /// <summary>Name of the report to be read.</summary>
    public const string ReportFile = "report.html";

    /// <summary>Name of the report's numbers.</summary>
    public const string NumbersFile = "report.json";

    /// <summary>Name of the resolved recipe.</summary>
    public const string RecipeFile = "recipe.yaml";

    /// <summary>Name of the mix of real and synthetic rows, where the recipe asks for one. It holds real rows.</summary>
    public const string MixFile = "mixed.csv";

    /// <summary>Every name in the folder of a run without a mix; the manifest, which vouches for the rest, stands last.</summary>
    public static ImmutableArray<string> Files { get; } = [DataFile, ModelFile, ReportFile, NumbersFile, RecipeFile, Manifest.FileName];

    /// <summary>Every name in the folder of a run, the manifest last.</summary>
    internal static ImmutableArray<string> FilesOf(Recipe recipe) => recipe.Mix is null ? Files : Files.Insert(2, MixFile);

    /// <summary>Folder of the results, as a full path.</summary>
    public required string Folder { get; init; }

    /// <summary>The recipe with every choice made.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>How the data were judged.</summary>
    public required Scorecard Card { get; init; }

    /// <summary>What was made from what.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>What fairness brought and costs; null where it was not asked for.</summary>
    public FairnessCost? Fairness { get; init; }

    /// <summary>The mix of real and synthetic rows; null where none was asked for, or a failed privacy gate kept it back.</summary>
    public RunMix? Mix { get; init; }

    /// <summary>The gates and what became of them.</summary>
    public required ImmutableArray<GateResult> Gates { get; init; }

    /// <summary>Whether every gate holds.</summary>
    public bool Passed => Gates.All(g => g.Met);

    /// <summary>Whether a failed privacy gate kept data and model back.</summary>
    public bool Withheld => !Manifest.Withheld.IsEmpty;
}
