namespace Semblance.Models;

/// <summary>Marks a model that plans its own work by the run's budget. The others take the time their settings say.</summary>
internal interface IBudgeted;
