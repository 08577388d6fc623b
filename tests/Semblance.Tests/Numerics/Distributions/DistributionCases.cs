using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

/// <summary>Distributions with the parameters they are tested at: every entry of the catalogue at least once.</summary>
internal static class DistributionCases
{
    public static readonly SortedDictionary<string, Distribution> All = new(StringComparer.Ordinal);

    static DistributionCases()
    {
        Add("uniform min=-3 max=5", "uniform min=1e9 max=1000000001", "integer-uniform min=-3 max=12", "integer-uniform min=0 max=1000000000000");
        Add("normal mean=42 sd=15", "lognormal mu=1 sigma=0.5", "lognormal median=30000 sigma=0.7", "lognormal mean=10 sd=20");
        Add("exponential mean=3", "exponential rate=4", "poisson mean=0.3", "poisson mean=7", "poisson mean=123456");
    }

    public static Distribution Make(string text)
    {
        var words = text.Split(' ');
        return DistributionCatalog.Make(words[0], words.Skip(1).Select(w => w.Split('=')).ToDictionary(w => w[0], w => double.Parse(w[1])));
    }

    private static void Add(params string[] cases)
    {
        foreach (var text in cases) All.Add(text, Make(text));
    }
}
