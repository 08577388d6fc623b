namespace Semblance;

/// <summary>
/// The one number from which all randomness of a run is derived. Streams are named by path:
/// <c>run.Stream("generate/income/noise")</c>. There is no default seed in the library.
/// </summary>
/// <param name="Value">Any 64-bit number; two runs with the same seed, version and data give the same bytes.</param>
public readonly record struct Seed(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
