using Semblance.Numerics;

namespace Semblance;

/// <summary>Random streams of a run.</summary>
public static class RunStreams
{
    extension(Run run)
    {
        /// <summary>The random stream at a path: <c>run.Stream("generate/income/noise")</c>.</summary>
        public RandomStream Stream(string path) => new(run.Seed, path);
    }
}
