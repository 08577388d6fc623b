namespace Semblance.Reports;

/// <summary>A line of numbers laid on a line of pixels, with round numbers for its ticks.</summary>
internal readonly record struct Axis
{
    /// <summary>Lays [low, high] on [from, to]. An empty or unusable range becomes one of width 1 around its value.</summary>
    public Axis(double low, double high, double from, double to)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high)) (low, high) = (0, 1);
        if (!(high > low)) (low, high) = (low - 0.5, low + 0.5);
        if (!(high > low)) (low, high) = (Math.Min(low, low / 2), Math.Max(low, low / 2)); // so large that 0.5 is lost
        (Low, High, From, To) = (low, high, from, to);
    }

    public double Low { get; }

    public double High { get; }

    public double From { get; }

    public double To { get; }

    /// <summary>Pixel of a value; values beyond the ends stay at the ends.</summary>
    public double At(double value) => From + (To - From) * Math.Clamp((value / 2 - Low / 2) / (High / 2 - Low / 2), 0, 1); // halves: the span of two doubles may overflow

    /// <summary>Round numbers inside the range, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<double> Ticks(int most)
    {
        var ticks = new List<double>(most);
        var step = Step(most);
        var first = Math.Ceiling(Low / step - 1e-9);
        for (var i = 0; i < 4 * most; i++)
        {
            var value = (first + i) * step;
            if (!double.IsFinite(value) || value > High + step * 1e-9) break;
            ticks.Add(value == 0 ? 0 : Math.Round(value / step) * step);
        }
        return ticks;
    }

    private double Step(int most)
    {
        var raw = (High / 2 - Low / 2) / Math.Max(1, most) * 2;
        var ten = 1.0;
        while (ten > raw && ten > 1e-300) ten /= 10;
        while (ten * 10 <= raw && ten < 1e307) ten *= 10;
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5, 10])
            if (ten * factor >= raw * 0.999) return ten * factor;
        return ten * 10;
    }
}
