using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Draws the unknown columns of a row given the known ones. What is known below a column is carried up the tree for every component and every state of the column (a level, or a stretch of its
/// line); then the component and the states are drawn downward by what they leave likely. Normal scores that are known right below an unknown line are taken in exactly. Where an
/// unknown line hangs below an unknown line, the message takes the middle of a stretch for the place above, and the row's weight makes up for it.
/// </summary>
internal sealed class CircuitCompletion
{
    private readonly CircuitComponents components;
    private readonly CircuitTree tree;
    private readonly int count;
    private readonly CircuitColumn.Part[] parts;
    private readonly (double From, double To, int Key)[][] stretches;
    private readonly int[][] children;

    public CircuitCompletion(CircuitComponents components, bool[]?[]? allowed)
    {
        (this.components, tree, count) = (components, components.Tree, components.Count);
        var n = tree.Columns.Length;
        parts = [.. tree.Columns.Select((column, c) => allowed?[c] is { } mask ? column.Restrict(mask) : column.Whole())];
        stretches = Array.ConvertAll(tree.Columns, column => column.HasLine ? column.Stretches().ToArray() : []);
        children = [.. Enumerable.Range(0, n).Select(c => Enumerable.Range(0, n).Where(d => tree.Parents[d] == c).ToArray())];
    }

    /// <summary>Levels of a column, then stretches of its line.</summary>
    private int States(int c) => tree.Columns[c].Levels + stretches[c].Length;

    /// <summary>Fills rows of a block one after another.</summary>
    public void Sample(SampleBlock block)
    {
        var row = new Row(this);
        for (var i = 0; i < block.Rows.Length; i++)
        {
            var log = row.Sample(block, i);
            if (block.LogWeights is { } logs) logs[i] += log;
        }
    }

    /// <summary>Work on a row; its memory serves the next one too.</summary>
    private sealed class Row
    {
        private readonly CircuitCompletion of;
        private readonly CircuitComponents components;
        private readonly CircuitTree tree;
        private readonly bool[] known, informed; // informed: known, or something below it is
        private readonly int[] level, state;
        private readonly double[] score, scale, below, shares;
        private readonly double[]?[] told; // what is known at and below a column says, [state of the column above · components + component]; one state where that is known
        private readonly double[] weights;

        public Row(CircuitCompletion of)
        {
            (this.of, components, tree) = (of, of.components, of.tree);
            var n = tree.Columns.Length;
            (known, informed, level, state) = (new bool[n], new bool[n], new int[n], new int[n]);
            (score, scale, below, shares, told) = (new double[n], new double[n], new double[of.count], new double[of.count], new double[n][]);
            weights = new double[Enumerable.Range(0, n).Max(of.States)];
        }

        /// <summary>Draws what is not given; returns the logarithm of the row's weight.</summary>
        public double Sample(SampleBlock block, int row)
        {
            Read(block, row);
            for (var i = tree.Order.Length - 1; i >= 0; i--)
                if (informed[tree.Order[i]]) Tell(tree.Order[i]);
            var (first, _) = block.Words(tree.Order[0], row);
            var k = Component(RandomStream.Unit(first), out var rest);
            var log = 0.0;
            foreach (var c in tree.Order)
            {
                if (known[c]) continue;
                var (word, other) = block.Words(c, row);
                log += Draw(c, k, c == tree.Order[0] ? rest : RandomStream.Unit(word), RandomStream.Unit(other), out var cell);
                if (block.Given![c][row] < 0) block.Cells[c][row] = cell; // a given cell that tells nothing stays
            }
            return log;
        }

        private void Read(SampleBlock block, int row)
        {
            for (var c = 0; c < known.Length; c++)
            {
                var cell = block.Given![c][row];
                known[c] = false;
                if (cell >= 0)
                {
                    block.Cells[c][row] = cell;
                    (level[c], score[c]) = tree.Columns[c].PlaceOf(cell);
                    known[c] = level[c] >= 0;
                }
            }
            for (var i = tree.Order.Length - 1; i >= 0; i--)
            {
                var c = tree.Order[i];
                informed[c] = known[c];
                foreach (var d in of.children[c]) informed[c] |= informed[d];
            }
        }

        /// <summary>Carries up what is known at and below a column.</summary>
        private void Tell(int c)
        {
            var above = tree.Parents[c];
            var isSettled = above < 0 || known[above];
            var states = isSettled ? 1 : of.States(above);
            if (told[c] is null || told[c]!.Length < states * of.count) told[c] = new double[states * of.count];
            var own = told[c]!;
            if (known[c])
            {
                Array.Fill(below, 1.0);
                foreach (var d in of.children[c])
                    if (informed[d])
                        for (var k = 0; k < of.count; k++) below[k] *= told[d]![k];
            }
            var top = 0.0;
            for (var s = 0; s < states; s++)
            {
                var (key, place, spread, isStretch) = isSettled ? Settled(c) : Above(c, above, s);
                for (var k = 0; k < of.count; k++)
                {
                    double p;
                    if (!isSettled && s == tree.Columns[above].Line) p = 0; // its stretches stand for it
                    else if (!known[c]) p = Weigh(c, k, key, place, spread, out _, out _);
                    else
                    {
                        p = below[k] * Level(c, key, level[c], k);
                        if (level[c] == tree.Columns[c].Line && !isStretch) p *= Density(c, k, place);
                    }
                    own[s * of.count + k] = p;
                    top = Math.Max(top, p);
                }
            }
            scale[c] = top > 0 ? 1 / top : 1;
            for (var i = 0; i < states * of.count; i++) own[i] *= scale[c];
        }

        /// <summary>Key and place of the column above where that is known.</summary>
        private (int Key, double Place, double Spread, bool IsStretch) Settled(int c)
        {
            var above = tree.Parents[c];
            return above < 0 ? (0, 0, 0, false) : (tree.KeyOf(c, level[above], score[above]), tree.PlaceOf(c, level[above], score[above]), 0, false);
        }

        /// <summary>Key and place of a state of the column above; of a stretch, mean and variance of a standard normal in it.</summary>
        private (int Key, double Place, double Spread, bool IsStretch) Above(int c, int above, int s)
        {
            var column = tree.Columns[above];
            if (s < column.Levels) return s == column.Line ? (0, 0, 0, false) : (column.KeyOf(s, 0), tree.PlaceOf(c, s, 0), 0, false);
            var (from, to, key) = of.stretches[above][s - column.Levels];
            double p = CircuitEvidence.Between(from, to), a = FastMath.NormalDensity(from), b = FastMath.NormalDensity(to), mean = (a - b) / p;
            return (key, mean, Math.Max(0, 1 + ((double.IsInfinity(from) ? 0 : from * a) - (double.IsInfinity(to) ? 0 : to * b)) / p - mean * mean), true);
        }

        private double Level(int c, int key, int l, int k) => tree.Columns[c].Levels > 1 ? components.Levels[c][(key * tree.Columns[c].Levels + l) * of.count + k] : 1;

        private double Density(int c, int k, double place)
        {
            double variance = components.Variance[c][k], off = score[c] - components.Start[c][k] - components.Slope[c][k] * place;
            return FastMath.Exp(-0.5 * off * off / variance) / Math.Sqrt(variance);
        }

        /// <summary>Weight of each state of an unknown column, with what is known below it; returns their sum. On its line the score is normal with this mean and deviation, within the stretch.</summary>
        private double Weigh(int c, int k, int key, double place, double spread, out double mean, out double deviation)
        {
            var column = tree.Columns[c];
            var part = of.parts[c];
            var sum = 0.0;
            (mean, deviation) = (0, 1);
            for (var l = 0; l < column.Levels; l++)
            {
                weights[l] = 0;
                if (l == column.Line || part.Levels[l] == 0) continue;
                sum += weights[l] = Level(c, key, l, k) * part.Levels[l] * Below(c, l, k);
            }
            if (!column.HasLine) return sum;
            // the normal score above it, times those of its known children as functions of it
            double slope = components.Slope[c][k], variance = components.Variance[c][k] + slope * slope * spread, prior = components.Start[c][k] + slope * place;
            double precision = 1 / variance, pull = prior / variance, square = prior * prior / variance, spreads = variance;
            foreach (var d in of.children[c])
            {
                if (!known[d] || level[d] != tree.Columns[d].Line) continue;
                double b = components.Slope[d][k], v = components.Variance[d][k], t = score[d] - components.Start[d][k];
                precision += b * b / v;
                pull += b * t / v;
                square += t * t / v;
                spreads *= v;
            }
            mean = pull / precision;
            deviation = 1 / Math.Sqrt(precision);
            var p = Level(c, key, column.Line, k) * FastMath.Exp(-0.5 * Math.Max(0, square - pull * mean)) / Math.Sqrt(spreads * precision);
            for (var i = 0; i < of.stretches[c].Length; i++)
            {
                var (from, to, _) = of.stretches[c][i];
                sum += weights[column.Levels + i] = p * CircuitEvidence.Between((from - mean) / deviation, (to - mean) / deviation) * Below(c, column.Levels + i, k);
            }
            return sum;
        }

        private double Below(int c, int s, int k)
        {
            var product = 1.0;
            foreach (var d in of.children[c])
                if (informed[d]) product *= told[d]![s * of.count + k];
            return product;
        }

        /// <summary>Draws a component given all that is known; what is left of u is uniform again.</summary>
        private int Component(double u, out double rest)
        {
            var sum = Fill(true);
            if (!(sum > 0)) sum = Fill(false); // the known cells go together in none
            var at = u * sum;
            var k = CircuitColumn.Find(shares, at);
            var from = k > 0 ? shares[k - 1] : 0;
            rest = Math.Clamp((at - from) / Math.Max(1e-300, shares[k] - from), 0, 1 - 1e-9);
            return k;
        }

        private double Fill(bool given)
        {
            var sum = 0.0;
            for (var k = 0; k < shares.Length; k++)
            {
                double p = components.Weights[k];
                for (var c = 0; given && c < known.Length; c++)
                    if (tree.Parents[c] < 0 && informed[c]) p *= told[c]![k];
                shares[k] = sum += p;
            }
            return sum;
        }

        private double Draw(int c, int k, double u, double v, out int cell)
        {
            var column = tree.Columns[c];
            var (key, place, spread, _) = Settled(c);
            var total = Weigh(c, k, key, place, spread, out var mean, out var deviation);
            var log = Correction(c, k, total);
            var at = u * total;
            var last = -1;
            for (var s = 0; s < of.States(c); s++)
            {
                if (weights[s] <= 0) continue;
                last = s;
                if (at < weights[s]) break;
                at -= weights[s];
            }
            if (last < 0) last = Anything(c);
            state[c] = last;
            if (last < column.Levels)
            {
                (level[c], score[c]) = (last, double.NaN);
                cell = of.parts[c].CellOf(last, Math.Clamp(at / Math.Max(weights[last], 1e-300), 0, 1 - 1e-9));
                return log;
            }
            var (from, to, _) = of.stretches[c][last - column.Levels];
            (level[c], score[c]) = (column.Line, CircuitEvidence.Between(mean, deviation, from, to, v));
            cell = column.CellAt(score[c]);
            return log;
        }

        /// <summary>What the message took for a line above is made up for.</summary>
        private double Correction(int c, int k, double total)
        {
            var above = tree.Parents[c];
            if (above < 0 || known[above] || !informed[c] || !tree.Columns[c].HasLine || state[above] < tree.Columns[above].Levels) return 0;
            var said = told[c]![state[above] * of.count + k];
            return Math.Clamp(FastMath.Log(Math.Max(1e-300, total * scale[c])) - FastMath.Log(Math.Max(1e-300, said)), -50, 50);
        }

        /// <summary>Any state that is allowed, where rounding leaves none.</summary>
        private int Anything(int c)
        {
            var column = tree.Columns[c];
            if (column.HasLine) return column.Levels + of.stretches[c].Length / 2;
            return Enumerable.Range(0, column.Levels).MaxBy(l => of.parts[c].Levels[l] * column.Shares[l]);
        }
    }
}
