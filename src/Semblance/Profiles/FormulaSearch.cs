using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>
/// Finds numeric columns that are computed, exactly or nearly, from one or two others. Every target is tried against every pair of inputs: products, quotients, sums and differences on
/// a few rows first, linear formulas from the correlations alone; what looks good is measured on all rows looked at.
/// </summary>
internal static class FormulaSearch
{
    private const int MostColumns = 30, Most = 50, MostPerColumn = 3;
    private const int Screen = 400, FewestRows = 30, FewestLevels = 5;
    private const double ScreenExplained = 0.9;
    private const double LeastExplained = 0.98;        // of a product, quotient, sum or difference
    private const double LeastLinear = 0.995;          // of a fitted formula of two inputs: it has three numbers to please with
    private const double LeastProportional = 0.9995;   // of a fitted formula of one input: less is a correlation, not a formula
    private const double LeastNear = 0.5;              // rows within 5 %
    private const double Remaining = 0.2;              // of what the better input alone leaves unexplained
    private const double ExactRows = 0.995;            // for "=" in place of "~"

    public static ImmutableArray<Formula> Find(IReadOnlyList<CodedColumn> columns, Run run, CancellationToken ct)
    {
        CodedColumn[] numbers = [.. columns.Where(c => c.Source is NumberColumn && c.Levels >= FewestLevels).OrderByDescending(c => c.Levels).ThenBy(c => c.Index).Take(MostColumns).OrderBy(c => c.Index)];
        if (numbers.Length < 2) return [];
        var correlation = Correlations(numbers, run, ct);
        var found = new List<Candidate>[numbers.Length];
        Blocks.For(numbers.Length, run, ct, target => found[target] = ForTarget(numbers, correlation, target));

        // One formula for each set of columns: a = b + c, b = a - c and c = a - b are one fact.
        var best = found.SelectMany(list => list).GroupBy(c => c.Set).Select(group => group.OrderByDescending(c => c.Merit).ThenBy(c => c.Kind).ThenBy(c => c.ToFormula(numbers).Text.Length).ThenByDescending(c => c.Target).First());
        return [.. best.GroupBy(c => c.Target).SelectMany(group => group.OrderByDescending(c => c.Merit).ThenBy(c => c.Kind).Take(MostPerColumn))
            .OrderByDescending(c => c.Merit).ThenBy(c => c.Target).Take(Most).Select(c => c.ToFormula(numbers))];
    }

    private static List<Candidate> ForTarget(CodedColumn[] numbers, double[,] correlation, int target)
    {
        var found = new List<Candidate>();
        for (var a = 0; a < numbers.Length; a++)
        {
            if (a == target) continue;
            var alone = correlation[target, a] * correlation[target, a];
            if (target > a && alone >= LeastProportional && Fit(numbers, target, a, -1) is { } single && single.Explained >= LeastProportional) found.Add(single);
            for (var b = a + 1; b < numbers.Length; b++)
            {
                if (b == target) continue;
                var better = Math.Max(alone, correlation[target, b] * correlation[target, b]);
                if (better >= 0.9999 || Math.Abs(correlation[a, b]) > 0.9999) continue; // a copy explains it, or the inputs are copies
                var enough = Math.Max(LeastExplained, 1 - Remaining * (1 - better));
                foreach (var (kind, first, second) in ((FormulaKind, int, int)[])[(FormulaKind.Product, a, b), (FormulaKind.Sum, a, b), (FormulaKind.Difference, a, b), (FormulaKind.Difference, b, a), (FormulaKind.Ratio, a, b), (FormulaKind.Ratio, b, a)])
                {
                    var candidate = new Candidate(kind, target, first, second, 1, 1, 0);
                    if (Measure(numbers, candidate, Screen).Explained < ScreenExplained) continue;
                    candidate = Measure(numbers, candidate, int.MaxValue);
                    if (candidate.Explained >= enough && candidate.Near >= LeastNear) found.Add(candidate);
                }
                double rab = correlation[a, b], rat = correlation[a, target], rbt = correlation[b, target];
                var linear = (rat * rat + rbt * rbt - 2 * rat * rbt * rab) / (1 - rab * rab);
                if (linear >= LeastLinear - 0.01 && Fit(numbers, target, a, b) is { } pair && pair.Explained >= Math.Max(LeastLinear, 1 - Remaining / 2 * (1 - better)) && pair.Near >= LeastNear)
                    found.Add(pair);
            }
        }
        return found;
    }

    private static double[,] Correlations(CodedColumn[] numbers, Run run, CancellationToken ct)
    {
        var correlation = new double[numbers.Length, numbers.Length];
        Blocks.For(numbers.Length, run, ct, a =>
        {
            for (var b = 0; b < a; b++) correlation[a, b] = correlation[b, a] = PairMeasures.Pearson(numbers[a], numbers[b]).Value ?? 0;
        });
        return correlation;
    }

    // Least squares on one or two inputs (b = -1) over the rows in which all are present.
    private static Candidate? Fit(CodedColumn[] numbers, int target, int a, int b)
    {
        double[] y = numbers[target].Numbers!, u = numbers[a].Numbers!, v = b < 0 ? u : numbers[b].Numbers!;
        double my = 0, mu = 0, mv = 0;
        var n = 0;
        for (var i = 0; i < y.Length; i++)
        {
            if (double.IsNaN(y[i] + u[i] + v[i])) continue;
            n++;
            my += y[i];
            mu += u[i];
            mv += v[i];
        }
        if (n < FewestRows) return null;
        (my, mu, mv) = (my / n, mu / n, mv / n);
        double uu = 0, vv = 0, uv = 0, uy = 0, vy = 0;
        for (var i = 0; i < y.Length; i++)
        {
            if (double.IsNaN(y[i] + u[i] + v[i])) continue;
            double dy = y[i] - my, du = u[i] - mu, dv = v[i] - mv;
            uu += du * du;
            vv += dv * dv;
            uv += du * dv;
            uy += du * dy;
            vy += dv * dy;
        }
        if (!(uu > 0)) return null;
        if (b < 0) return Checked(numbers, new Candidate(FormulaKind.Linear, target, a, -1, Round(uy / uu), 0, Round(my - uy / uu * mu)), new Candidate(FormulaKind.Linear, target, a, -1, uy / uu, 0, my - uy / uu * mu));
        var determinant = uu * vv - uv * uv;
        if (!(determinant > 1e-9 * uu * vv)) return null;
        double alpha = (uy * vv - vy * uv) / determinant, beta = (vy * uu - uy * uv) / determinant;
        var constant = my - alpha * mu - beta * mv;
        return Checked(numbers, new Candidate(FormulaKind.Linear, target, a, b, Round(alpha), Round(beta), Round(constant)), new Candidate(FormulaKind.Linear, target, a, b, alpha, beta, constant));
    }

    // Round factors if they explain as much: 1.2 rather than 1.19999997.
    private static Candidate Checked(CodedColumn[] numbers, Candidate round, Candidate fitted)
    {
        (round, fitted) = (Measure(numbers, round, int.MaxValue), Measure(numbers, fitted, int.MaxValue));
        return round.Exact >= fitted.Exact && 1 - round.Explained <= 1.01 * (1 - fitted.Explained) + 1e-12 ? round : fitted;
    }

    private static double Round(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    // Explained variance and shares of agreeing rows over about so many rows.
    private static Candidate Measure(CodedColumn[] numbers, Candidate formula, int rows)
    {
        double[] y = numbers[formula.Target].Numbers!, u = numbers[formula.A].Numbers!, v = formula.B < 0 ? u : numbers[formula.B].Numbers!;
        var unit = Precision(numbers[formula.Target].Source.Schema);
        double shift = double.NaN, sum = 0, squares = 0, errors = 0;
        int n = 0, exact = 0, near = 0;
        var stride = Math.Max(1, y.Length / rows);
        for (var i = 0; i < y.Length; i += stride)
        {
            if (double.IsNaN(y[i] + u[i] + v[i])) continue;
            var made = formula.Kind switch
            {
                FormulaKind.Product => u[i] * v[i],
                FormulaKind.Ratio => v[i] == 0 ? double.NaN : u[i] / v[i],
                FormulaKind.Sum => u[i] + v[i],
                FormulaKind.Difference => u[i] - v[i],
                _ => formula.Alpha * u[i] + (formula.B < 0 ? 0 : formula.Beta * v[i]) + formula.Constant,
            };
            if (double.IsNaN(made)) continue; // a quotient by 0 says nothing
            if (n++ == 0) shift = y[i];
            var error = y[i] - made;
            errors += error * error;
            sum += y[i] - shift;
            squares += (y[i] - shift) * (y[i] - shift);
            if (Math.Abs(error) <= unit + 1e-9 * Math.Abs(y[i])) exact++;
            if (Math.Abs(error) <= unit + 0.05 * Math.Abs(y[i])) near++;
        }
        var variance = squares - sum * sum / Math.Max(1, n);
        if (n < FewestRows || !(variance > 0)) return formula with { Explained = 0 };
        return formula with { Explained = Math.Clamp(1 - errors / variance, 0, 1), Exact = exact / (double)n, Near = near / (double)n };
    }

    // Half of the last written digit.
    private static double Precision(ColumnSchema schema)
    {
        if (schema.Kind != ColumnKind.Integer && schema.Number.MaxDecimals == 0) return 0;
        var unit = 0.5;
        for (var i = 0; i < Math.Min(15, schema.Number.MaxDecimals); i++) unit /= 10;
        return unit * (1 + 1e-6);
    }

    private sealed record Candidate(FormulaKind Kind, int Target, int A, int B, double Alpha, double Beta, double Constant)
    {
        public double Explained { get; init; }
        public double Exact { get; init; }
        public double Near { get; init; }

        // Exact formulas first, all equal (the shortest is taken); of the others simple ones before fitted ones unless these leave less than half the error.
        public double Merit => Exact >= ExactRows ? 2 : Explained - (Kind == FormulaKind.Linear ? 1 - Explained : Kind == FormulaKind.Ratio ? 0.5 * (1 - Explained) : 0);

        public (int, int, int) Set
        {
            get
            {
                Span<int> columns = [Target, A, B];
                columns.Sort();
                return (columns[0], columns[1], columns[2]);
            }
        }

        public Formula ToFormula(CodedColumn[] numbers)
        {
            ImmutableArray<int> inputs = B < 0 ? [numbers[A].Index] : [numbers[A].Index, numbers[B].Index];
            ImmutableArray<double> factors = Kind != FormulaKind.Linear ? [] : B < 0 ? [Alpha] : [Alpha, Beta];
            string a = MissingSearch.Name(numbers[A].Source.Name), b = B < 0 ? "" : MissingSearch.Name(numbers[B].Source.Name);
            var right = Kind switch
            {
                FormulaKind.Product => $"{a} * {b}",
                FormulaKind.Ratio => $"{a} / {b}",
                FormulaKind.Sum => $"{a} + {b}",
                FormulaKind.Difference => $"{a} - {b}",
                _ => Term(Alpha, a, first: true) + (B < 0 ? "" : Term(Beta, b, first: false)) + Term(Constant, "", first: false),
            };
            return new Formula(numbers[Target].Index, Kind, inputs, factors, Kind == FormulaKind.Linear ? Constant : 0, Explained, Exact, Near,
                $"{MissingSearch.Name(numbers[Target].Source.Name)} {(Exact >= ExactRows ? "=" : "~")} {right}");
        }

        private static string Term(double factor, string name, bool first)
        {
            if (factor == 0) return first ? "0" : "";
            var sign = first ? factor < 0 ? "-" : "" : factor < 0 ? " - " : " + ";
            var size = Math.Abs(factor).ToString("G6", CultureInfo.InvariantCulture);
            return sign + (name.Length == 0 ? size : Math.Abs(factor) == 1 ? name : $"{size} * {name}");
        }
    }
}
