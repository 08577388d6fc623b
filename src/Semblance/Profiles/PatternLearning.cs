using Semblance.Data;
using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance;

/// <summary>Learns the pattern of a column and makes its identifiers from a named stream.</summary>
public static class PatternLearning
{
    extension(Pattern)
    {
        /// <summary>Learns the shape of an identifier column; missing cells are passed over.</summary>
        public static Pattern Learn(TextColumn column) => Pattern.Learn(column.Count, column.Utf8);
    }

    extension(Pattern pattern)
    {
        /// <summary>The identifier of a row. Rows below <see cref="Pattern.Room"/> get different ones.</summary>
        public string Make(long row, RandomStream stream) => pattern.Make(row, stream.Key);
    }
}
