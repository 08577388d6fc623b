using Semblance.Bench;

// One line a bench. Each prints rows of a Markdown table; results are kept under bench/results/.
var benches = new SortedDictionary<string, Action>(StringComparer.Ordinal)
{
    ["conv"] = ConvBench.Run,
    ["csv"] = CsvBench.Run,
    ["diffusion"] = DiffusionBench.Run,
    ["language"] = LanguageBench.Run,
    ["linear"] = LinearBench.Run,
    ["losses"] = LossBench.Run,
    ["duplicates"] = DuplicatesBench.Run,
    ["knn"] = NearestNeighborsBench.Run,
    ["trees"] = TreesBench.Run,
    ["gemm"] = GemmBench.Run,
    ["mlp"] = MlpBench.Run,
    ["network"] = NetworkBench.Run,
    ["random"] = RandomBench.Run,
    ["redact"] = RedactBench.Run,
    ["refine"] = RefineBench.Run,
    ["rules"] = RulesBench.Run,
    ["sampling"] = SamplingBench.Run,
    ["sequences"] = SequenceBench.Run,
    ["small"] = SizesBench.Small,
    ["wide"] = SizesBench.Wide,
};

if (args.Length == 0 || args.Any(name => !benches.ContainsKey(name)))
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench/Semblance.Bench -- <name>...   names: {string.Join(", ", benches.Keys)}");
    return 1;
}
Measure.PrintMachine();
foreach (var name in args) benches[name]();
return 0;
