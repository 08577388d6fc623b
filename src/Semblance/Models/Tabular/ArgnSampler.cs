using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws the columns of a block one after another, each by its network.</summary>
internal sealed unsafe class ArgnSampler(ColumnTokens[] tokens, ArgnColumn[] columns) : ISampler
{
    public void Sample(SampleBlock block)
    {
        var rows = block.Rows.Length;
        uint[] first = new uint[rows], second = new uint[rows];
        var drawn = new int[tokens.Length][];
        using var scratch = new NativeBuffer(columns.Max(c => c.Scratch));
        using var workspace = new Workspace();
        foreach (var net in columns)
        {
            var column = net.Column;
            block.Words(column, first, second);
            drawn[column] = new int[rows];
            var of = tokens[column];
            float[]? shares = null;
            if (block.Allowed?[column] is { } allowed) (shares, of) = of.Restrict(allowed);
            if (tokens[column].Count > 1 || shares is not null) net.Draw(drawn, first, shares, block.Weights, drawn[column], scratch.Data, workspace);
            var cells = block.Cells[column];
            for (var row = 0; row < rows; row++) cells[row] = of.Draw(drawn[column][row], second[row]);
        }
    }

    public void Save(ModelArchive archive)
    {
        archive.Add<int>("order", [.. columns.Select(c => c.Column)]);
        archive.Json["units"] = columns[0].Units;
        for (var c = 0; c < tokens.Length; c++) tokens[c].Save(archive, $"tokens/{c}");
        foreach (var net in columns) net.Save(archive);
    }

    public static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        var count = parts.Codecs.Length;
        var order = archive.Get<int>("order", count);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, count))) throw archive.Unfit("its order of columns is not one");
        var units = (int)archive.Whole("units", 16, 1024);
        if (units % 16 != 0) throw archive.Unfit("its networks have a width that is no multiple of 16");
        var tokens = new ColumnTokens[count];
        for (var c = 0; c < count; c++) tokens[c] = ColumnTokens.Load(archive, $"tokens/{c}", parts.Codecs[c].Cells);
        var usable = new bool[count];
        var columns = new ArgnColumn[count];
        for (var place = 0; place < count; place++)
        {
            columns[place] = ArgnColumn.Load(archive, order[place], usable, tokens, units);
            usable[order[place]] = true;
        }
        return new ArgnSampler(tokens, columns);
    }
}
