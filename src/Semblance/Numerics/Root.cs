namespace Semblance.Numerics;

/// <summary>Where a monotone positive function of the whole line takes a value: Newton's method on its logarithm, held between bounds that close in.</summary>
internal static class Root
{
    /// <summary>The t with value(t) = target &gt; 0. <paramref name="function"/> gives the value and the amount of its slope.</summary>
    public static double Find(double target, double start, bool rising, Func<double, (double Value, double Slope)> function, double low = double.NegativeInfinity, double high = double.PositiveInfinity)
    {
        var t = Math.Clamp(start, low, high);
        var reach = 1.0;
        for (var round = 0; round < 200; round++)
        {
            var (value, slope) = function(t);
            if (value == target) return t;
            if (value > target == rising) high = t;
            else low = t;
            var miss = FastMath.Log(value / target);
            var step = value > 0 && slope > 0 ? miss * value / slope : double.NaN;
            var next = rising ? t - step : t + step;
            if (Math.Abs(step) <= 1e-9 && Math.Abs(miss) <= 1e-9 && next >= low - 1e-9 && next <= high + 1e-9) return next; // the error is its square: less than the function's own noise
            if (!(next >= low && next <= high) || round > 40)
            {
                if (double.IsFinite(low) && double.IsFinite(high)) next = low + (high - low) / 2;
                else
                {
                    next = double.IsFinite(low) ? low + reach : high - reach;
                    reach *= 2;
                }
            }
            if (Math.Abs(next - t) <= 2e-16 * Math.Abs(t)) return next;
            t = next;
        }
        return t;
    }
}
