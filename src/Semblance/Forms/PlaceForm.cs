using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>
/// Towns and countries, by a list of large ones. Not in <see cref="FormCatalog"/>: a column of towns is not about persons; a town in a sentence about somebody is, and
/// <see cref="FormSearch"/> looks for it there. Made ones are names of trees with a common ending, so a town of that name may exist; it is nobody's.
/// </summary>
public sealed class PlaceForm : IForm
{
    private static readonly string[] Starts =
        ["Alder", "Ash", "Aspen", "Beech", "Birch", "Bram", "Cedar", "Cherry", "Elder", "Elm", "Fern", "Hazel", "Heather", "Holly", "Juniper", "Larch", "Laurel", "Linden", "Maple", "Oak", "Pine", "Poplar", "Rowan", "Spruce", "Thorn", "Walnut", "Willow", "Yew"];
    private static readonly string[] Ends = ["bridge", "brook", "bury", "dale", "field", "ford", "ham", "hurst", "leigh", "mere", "mouth", "port", "stead", "stow", "ton", "well", "wick", "worth"];

    internal static readonly string[] Known = [..
        ("London|Paris|Berlin|Madrid|Rome|Vienna|Amsterdam|Brussels|Dublin|Lisbon|Prague|Warsaw|Budapest|Stockholm|Oslo|Copenhagen|Helsinki|Athens|Zurich|Geneva|Munich|Hamburg|Cologne|Frankfurt|Stuttgart|" +
         "Dresden|Leipzig|Hanover|Bremen|Nuremberg|Barcelona|Valencia|Seville|Bilbao|Malaga|Milan|Naples|Turin|Venice|Bologna|Palermo|Lyon|Marseille|Toulouse|Bordeaux|Lille|Strasbourg|Nantes|Nice|Rotterdam|" +
         "Utrecht|Antwerp|Ghent|Porto|Krakow|Gdansk|Wroclaw|Brno|Bratislava|Ljubljana|Zagreb|Belgrade|Sofia|Bucharest|Istanbul|Ankara|Moscow|Kyiv|Minsk|Riga|Vilnius|Tallinn|Gothenburg|Bergen|Aarhus|" +
         "Manchester|Birmingham|Liverpool|Leeds|Sheffield|Bristol|Glasgow|Edinburgh|Cardiff|Belfast|Newcastle|Nottingham|Leicester|Oxford|Cambridge|Brighton|York|Southampton|Norwich|Exeter|Aberdeen|Cork|Galway|" +
         "New York|Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|San Jose|Austin|Jacksonville|San Francisco|Columbus|Seattle|Denver|Boston|Detroit|Nashville|Memphis|Portland|" +
         "Las Vegas|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|Sacramento|Atlanta|Miami|Oakland|Minneapolis|Tulsa|Cleveland|Honolulu|Pittsburgh|Cincinnati|Orlando|Buffalo|Toronto|Montreal|Vancouver|" +
         "Calgary|Ottawa|Edmonton|Winnipeg|Halifax|Mexico City|Guadalajara|Monterrey|Bogota|Lima|Santiago|Buenos Aires|Sao Paulo|Rio de Janeiro|Caracas|Quito|Montevideo|Havana|Tokyo|Osaka|Kyoto|" +
         "Seoul|Busan|Beijing|Shanghai|Shenzhen|Guangzhou|Hong Kong|Taipei|Singapore|Bangkok|Hanoi|Jakarta|Manila|Kuala Lumpur|Mumbai|Delhi|Bangalore|Chennai|Kolkata|Hyderabad|Karachi|Lahore|Dhaka|" +
         "Colombo|Kathmandu|Dubai|Abu Dhabi|Riyadh|Doha|Kuwait City|Tehran|Baghdad|Beirut|Jerusalem|Tel Aviv|Cairo|Alexandria|Casablanca|Tunis|Algiers|Lagos|Abuja|Accra|Nairobi|Kampala|Addis Ababa|" +
         "Johannesburg|Cape Town|Durban|Dakar|Sydney|Melbourne|Brisbane|Perth|Adelaide|Auckland|Wellington|Springfield|" +
         "Germany|France|Spain|Italy|Poland|Portugal|Austria|Switzerland|Belgium|Netherlands|Denmark|Norway|Sweden|Finland|Ireland|England|Scotland|Wales|Greece|Hungary|Romania|Bulgaria|Croatia|Serbia|" +
         "Ukraine|Russia|Canada|Mexico|Brazil|Argentina|Chile|Peru|Colombia|Japan|China|India|Pakistan|Bangladesh|Vietnam|Thailand|Indonesia|Malaysia|Philippines|Australia|Egypt|Nigeria|Kenya|Ghana|" +
         "Morocco|Israel|Iran|Iraq|Syria|Lebanon|California|Texas|Florida|Ohio|Illinois|Michigan|Virginia|Oregon|Bavaria|Ontario|Quebec").Split('|')];

    private static readonly HashSet<ulong> KnownHashes = [.. Known.Select(p => AsciiText.FoldedHash(System.Text.Encoding.UTF8.GetBytes(p)))];
    private static readonly HashSet<ulong> FirstWords = [.. Known.Where(p => p.Contains(' ')).Select(p => AsciiText.FoldedHash(System.Text.Encoding.UTF8.GetBytes(p.Split(' ')[0])))];

    /// <inheritdoc/>
    public string Id => "place";
    /// <inheritdoc/>
    public string Title => "town or country";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Words;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["birthplace", "hometown", "placeofbirth"];
    /// <inheritdoc/>
    public ulong Room => (ulong)(Starts.Length * Ends.Length);
    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) => utf8.Length is > 2 and <= 24 && (KnownHashes.Contains(AsciiText.FoldedHash(utf8)) || IsMade(utf8));
    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8) => Recognises(utf8) || NameWords.LooksLikeName(utf8);
    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var start = Starts[AsciiText.Take(ref entropy, (uint)Starts.Length)];
        return start + Ends[entropy];
    }

    /// <summary>Whether a place of several words begins with this one.</summary>
    internal static bool MayBegin(ReadOnlySpan<byte> word) => FirstWords.Contains(AsciiText.FoldedHash(word));

    private static bool IsMade(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[24];
        if (!System.Text.Ascii.IsValid(utf8)) return false;
        for (var i = 0; i < utf8.Length; i++) chars[i] = (char)utf8[i];
        ReadOnlySpan<char> text = chars[..utf8.Length];
        foreach (var start in Starts)
        {
            if (!text.StartsWith(start)) continue;
            foreach (var end in Ends)
                if (text[start.Length..].SequenceEqual(end)) return true;
        }
        return false;
    }
}
