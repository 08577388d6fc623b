using Semblance.Data;

namespace Semblance.Models;

/// <summary>Chooses a model on an inner holdout.</summary>
public sealed record Auto : IModel<Table>
{
    /// <inheritdoc/>
    public string Id => "auto";

    /// <summary>Column the user would predict; null when there is none.</summary>
    public string? Target { get; init; }

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => new Cart { Target = Target }.FitAsync(real, run, ct);
}
