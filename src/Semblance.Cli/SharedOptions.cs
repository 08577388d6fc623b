using System.CommandLine;

namespace Semblance.Cli;

/// <summary>Options that mean the same wherever they stand.</summary>
internal static class SharedOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON", Recursive = true };
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress and no notes on stderr", Recursive = true };

    public static readonly Option<ulong?> Seed = new("--seed") { Description = "Root of all randomness; the same seed gives the same bytes. Drawn and printed when not given", HelpName = "number" };
    public static readonly Option<int?> Threads = new("--threads") { Description = "Threads that may work at once; results do not depend on it. Default: all processors", HelpName = "n" };
    public static readonly Option<string?> To = new("--to") { Description = "Where to write", HelpName = "path" };
    public static readonly Option<string?> Target = new("--target") { Description = "Column that a user would predict", HelpName = "column" };
    public static readonly Option<string?> Model = new("--model") { Description = "Model to fit; `semblance list models` names them", HelpName = "id" };
    public static readonly Option<string?> As = new("--as") { Description = "What the data are: table, or text (a corpus: a text column and its labels; fitted by `ngram` unless --model says otherwise)", HelpName = "table|text" };
    public static readonly Option<string[]> Set = new("--set") { Description = "A setting of the model or the pack; may be given several times", HelpName = "key=value", AllowMultipleArgumentsPerToken = false };
    public static readonly Option<string?> Budget = new("--budget") { Description = "Time that `auto` may plan for: 60s, 10m, 1.5h. More lets it try more models on more rows. Counted by a fixed table, not by a clock", HelpName = "time" };
    public static readonly Option<string?> Prefer = new("--prefer") { Description = "What `auto` may take: speed (models that make rows fast), or quality (all)", HelpName = "speed|quality" };
    public static readonly Option<string[]> Column = new("--column") { Description = "Kind of a column, where the data tell it wrongly: integer, decimal, boolean, category, datetime, identifier, text, constant; may be given several times", HelpName = "name=kind" };
    public static readonly Option<long?> Count = new("--count") { Description = "How many rows to make", HelpName = "n" };
    public static readonly Option<string?> Where = new("--where") { Description = "Make only rows for which this holds: \"income='>50K' and age>=60\"", HelpName = "condition" };
    public static readonly Option<string?> Balance = new("--balance") { Description = "Make each value of these columns equally often, or with the shares given: \"sex, income\", \"income: '<=50K' 0.7, '>50K' 0.3\"", HelpName = "columns" };
    public static readonly Option<string?> Fair = new("--fair") { Description = "Make the target independent of these sensitive columns: sex, or \"sex, race\"", HelpName = "columns" };
    public static readonly Option<string?> Quasi = new("--quasi") { Description = "Columns that others may know of a person, for privacy.k-map: \"age, zip, sex\". Default: chosen by name and kind", HelpName = "columns" };
    public static readonly Option<string[]> Constraint = new("--constraint") { Description = "What every row must satisfy: \"admitted <= discharged\", \"combination(city, country)\"; may be given several times", HelpName = "constraint" };
    public static readonly Option<string[]> Require = new("--require") { Description = "A score that must be reached, else exit code 3: \"privacy.dcr-share<=0.52\"; may be given several times", HelpName = "gate" };

    /// <summary>Options every verb has.</summary>
    public static IEnumerable<Option> Everywhere => [Json, Quiet];
}
