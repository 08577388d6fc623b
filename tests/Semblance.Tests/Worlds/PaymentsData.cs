using Semblance.Data;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds;

/// <summary>A small bank in memory: made once for each setting that a test asks for.</summary>
internal sealed class PaymentsData
{
    private PaymentsData(Table[] tables, DatabaseSchema schema) => (Tables, Schema) = (tables, schema);

    public Table[] Tables { get; }

    public DatabaseSchema Schema { get; }

    public Table this[string name] => Tables[Schema.IndexOf(name)];

    public static PaymentsData Of(ulong seed, params (string Key, string Value)[] settings)
    {
        using var world = Pack.Named("payments").Open(settings.ToDictionary(s => s.Key, s => s.Value));
        var blocks = world.StreamAsync(new Request(world.Count), Run.With(seed)).ToBlockingEnumerable().ToList();
        return new([.. world.Tables.Tables.Select((t, i) => Table.Concatenate(t.Schema, [.. blocks.Select(b => b.Tables[i])]))], world.Tables);
    }

    public string[] Texts(string table, string column)
    {
        var cells = this[table][column];
        var texts = new string[cells.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = cells.IsMissing(i) ? "" : cells.Text(i);
        return texts;
    }

    public double[] Numbers(string table, string column) => ((NumberColumn)this[table][column]).Values;

    public long[] Seconds(string table, string column) => [.. ((DateTimeColumn)this[table][column]).Ticks.Select(t => t / TimeSpan.TicksPerSecond)];

    /// <summary>Which transactions are fraud.</summary>
    public bool[] Fraud()
    {
        var fraud = Texts("labels", "transaction_id").Zip(Texts("labels", "fraud")).Where(l => l.Second == "yes").Select(l => l.First).ToHashSet();
        return [.. Texts("transactions", "transaction_id").Select(fraud.Contains)];
    }
}
