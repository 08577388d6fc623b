using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws the columns of a block one after another, each by its network.</summary>
internal sealed unsafe class ArgnSampler(ColumnTokens[] tokens, ArgnColumn[] columns) : ISampler
{
    public bool TakesGiven => true;

    /// <summary>
    /// Draws column after column. A given cell after a drawn one tells how well the drawn one was guessed (likelihood weighting; Fung and Chang 1990); a row whose drawn columns
    /// come after all that it is given is drawn exactly.
    /// </summary>
    public void Sample(SampleBlock block)
    {
        var rows = block.Rows.Length;
        uint[] first = new uint[rows], second = new uint[rows];
        var drawn = new int[tokens.Length][];
        using var scratch = new NativeBuffer(columns.Max(c => c.Scratch));
        using var shared = new NativeBuffer(columns.Max(c => c.Shared));
        var contexts = new RowContexts(rows);
        using var workspace = new Workspace();
        foreach (var net in columns)
        {
            var column = net.Column;
            var known = block.Given?[column];
            drawn[column] = new int[rows];
            if (known is null || Array.Exists(known, cell => cell < 0)) Draw(block, net, drawn, contexts, first, second, scratch.Data, shared.Data, workspace);
            if (known is not null) Take(block, net, drawn, known, scratch.Data, workspace);
            contexts.Part(drawn[column], tokens[column].Count);
        }
    }

    private void Draw(SampleBlock block, ArgnColumn net, int[][] drawn, RowContexts contexts, uint[] first, uint[] second, float* scratch, float* shared, Workspace workspace)
    {
        var column = net.Column;
        block.Words(column, first, second);
        var of = tokens[column];
        float[]? shares = null;
        if (block.Allowed?[column] is { } allowed) (shares, of) = of.Restrict(allowed);
        if (tokens[column].Count > 1 || shares is not null) net.Draw(drawn, contexts, first, shares, block.Weights, drawn[column], scratch, shared, workspace);
        var cells = block.Cells[column];
        for (var row = 0; row < cells.Length; row++)
            // where what is given leaves nothing that the network holds possible
            if (block.Given is not null && of.Rows(drawn[column][row]) == 0) drawn[column][row] = of.TokenOf(cells[row] = of.DrawAny(second[row]));
            else cells[row] = of.Draw(drawn[column][row], second[row]);
    }

    private void Take(SampleBlock block, ArgnColumn net, int[][] drawn, int[] known, float* scratch, Workspace workspace)
    {
        var (cells, own) = (block.Cells[net.Column], drawn[net.Column]);
        var weighed = new bool[known.Length];
        for (var row = 0; row < known.Length; row++)
        {
            if (known[row] < 0) continue;
            own[row] = tokens[net.Column].TokenOf(cells[row] = known[row]);
            foreach (var c in net.Earlier) weighed[row] |= block.Given![c][row] < 0;
        }
        if (block.LogWeights is { } logs && weighed.Contains(true)) net.Weigh(drawn, weighed, logs, scratch, workspace);
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
