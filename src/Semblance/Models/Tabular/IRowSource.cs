using Semblance.Data;

namespace Semblance.Models;

/// <summary>Makes rows of one request: free, under a condition, balanced, or completed. Called from several threads at once.</summary>
internal interface IRowSource
{
    /// <summary>The rows of the given numbers, in that order.</summary>
    Table Make(long[] rows);

    /// <summary>What the user should know of how they were made, once all are.</summary>
    IEnumerable<string> Notes => [];
}
