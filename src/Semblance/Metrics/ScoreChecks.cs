namespace Semblance.Metrics;

internal static class ScoreChecks
{
    extension(Score score)
    {
        /// <summary>The same score with anything that is not a finite number taken out: NaN never leaves silently.</summary>
        public Score Checked()
        {
            if (score.Value is { } value && !double.IsFinite(value)) return Score.None("the value is not defined on these data");
            var interval = score.Interval is { } i && double.IsFinite(i.Low) && double.IsFinite(i.High) ? score.Interval : null;
            var ceiling = score.Ceiling is { } c && double.IsFinite(c) ? score.Ceiling : null;
            return score with { Interval = interval, Ceiling = ceiling };
        }
    }
}
