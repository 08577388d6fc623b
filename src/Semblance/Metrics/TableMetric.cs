using Semblance.Data;

namespace Semblance.Metrics;

/// <summary>A judge of tables. It works on a <see cref="Comparison"/>, so that an evaluation prepares the data once for all of them.</summary>
internal abstract class TableMetric : IMetric<Table>
{
    public abstract string Name { get; }
    public abstract string Title { get; }
    public abstract string What { get; }
    public virtual Direction Direction => Direction.Higher;
    public virtual Bounds Bounds => Bounds.Share;

    /// <summary>Whether it fits the model anew, and so has no value where none is given.</summary>
    public virtual bool NeedsModel => false;

    /// <summary>Measures, with details for the report.</summary>
    public abstract Finding Examine(Comparison data, Run run, CancellationToken ct);

    public Score Measure(Evidence<Table> evidence, Run run, CancellationToken ct = default) => Judge(Comparison.Of(evidence, run), run, ct).Score;

    /// <summary><see cref="Examine"/>, with what no metric can do without checked first and no NaN let out.</summary>
    public Finding Judge(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Rows(Side.Real) == 0) return Finding.None("the real table has no rows");
        if (data.Rows(Side.Synthetic) == 0) return Finding.None("the synthetic table has no rows");
        if (data.Features.IsEmpty) return Finding.None("the table has no columns");
        ct.ThrowIfCancellationRequested();
        var finding = Examine(data, run, ct);
        return finding with { Score = finding.Score.Checked() };
    }
}
