using System.Globalization;
using System.Numerics;
using System.Text;
using Semblance.Numerics;

namespace Semblance.Tests.Transforms;

/// <summary>A text and the personal data in it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Spans">What is personal: first character, length, kind; <c>*</c> behind the kind of a name that is on none of our lists.</param>
internal sealed record LabelledText(string Text, (int Start, int Length, string Kind)[] Spans);

/// <summary>
/// Texts made from templates, with values that are made here and not by the forms: names half of which are on no list of ours, telephone numbers of five countries in the ways they are written,
/// cards and accounts with their check digits. Text i is a pure function of (seed, i).
/// </summary>
internal static class LabelledTexts
{
    private static readonly string[] ListedGiven = "Anna Peter Maria Michael Jennifer Ahmed Fatima Hiroshi Katarina Pedro Sophie Thomas Yuki Daniel Laura".Split(' ');
    private static readonly string[] ListedFamily = "Smith Garcia Schmidt Kowalski Nguyen Johansson Patel Rossi Fernandez Tanaka Anderson Novak Singh Lopez Meyer".Split(' ');
    private static readonly string[] OtherGiven = "Ottilie Marjorie Thandiwe Siobhan Dmytro Xochitl Bartholomew Nkechi Wolfgang Saoirse Reinhold Zbigniew Tatsuya Ayesha Guillermo Eszter Lorcan Ifeoma Radoslaw Philippa".Split(' ');
    private static readonly string[] OtherFamily = "Okonkwo Hargreaves Vandenberg Thistlethwaite Szymanski Papadopoulos O'Sullivan Achterberg Mbeki Lindqvist Featherstone Kozlov Haraldsson Drummond Pemberton Montague Whitcombe Zielinski Obermaier Castellano".Split(' ');
    private static readonly string[] Places = ["London", "Berlin", "Madrid", "Chicago", "San Francisco", "New York", "Warsaw", "Toronto", "Munich", "Lyon", "Bristol", "Osaka"];
    private static readonly string[] Companies = ["Acme Ltd", "Northwind Inc", "Globex Corporation", "Initech LLC", "Umbrella GmbH", "Wayne Holdings", "Stark Motors", "Hooli Inc"];
    private static readonly string[] Hosts = ["gmail.com", "acme-corp.co.uk", "web.de", "outlook.com", "mail.university.edu", "firma.pl"];
    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];

    /// <summary>All templates, the personal ones first.</summary>
    public static string[] Templates { get; } = [.. PersonalTemplates.Positive, .. PersonalTemplates.Negative];

    public static LabelledText Make(Seed seed, long index)
    {
        var draw = new RandomStream(seed, "bench/redaction").Sequence(index);
        var template = Templates[(int)(index % Templates.Length)].Replace("\\n", "\n", StringComparison.Ordinal);
        var text = new StringBuilder();
        var spans = new List<(int, int, string)>();
        for (var at = 0; at < template.Length;)
        {
            if (template[at] != '{')
            {
                text.Append(template[at++]);
                continue;
            }
            var end = template.IndexOf('}', at);
            var (value, kind) = Fill(template[(at + 1)..end], ref draw);
            if (kind is not null) spans.Add((text.Length, value.Length, kind));
            text.Append(value);
            at = end + 1;
        }
        return new(text.ToString(), [.. spans]);
    }

    private static (string Value, string? Kind) Fill(string hole, ref RandomSequence draw)
    {
        var listed = draw.NextBelow(2) == 0;
        string given = Pick(listed ? ListedGiven : OtherGiven, ref draw), family = Pick(listed ? ListedFamily : OtherFamily, ref draw);
        var star = listed ? "" : "*";
        var mixed = draw.NextBelow(3) == 0; // one part listed, the other not
        if (mixed) (given, star) = (Pick(listed ? OtherGiven : ListedGiven, ref draw), "");
        switch (hole)
        {
            case "person": return (draw.NextBelow(8) switch { 0 => $"{given} {(char)('A' + draw.NextBelow(26))}. {family}", 1 => $"{given} {Pick(ListedGiven, ref draw)} {family}", _ => $"{given} {family}" }, "person-name" + star);
            case "given": return (listed ^ mixed ? Pick(ListedGiven, ref draw) : Pick(OtherGiven, ref draw), "given-name" + (listed ^ mixed ? "" : "*"));
            case "family": return (family, "family-name" + (listed ? "" : "*"));
            case "email": return ((draw.NextBelow(4) switch { 0 => $"{given[0]}.{family}", 1 => $"{given}{draw.NextBelow(100)}", 2 => $"{family}_{given}", _ => $"{given}.{family}" }).ToLowerInvariant().Replace("'", "", StringComparison.Ordinal) + "@" + Pick(Hosts, ref draw), "email");
            case "phone": return (Phone(ref draw), "phone");
            case "card": return (Card(ref draw), "card");
            case "iban": return (Iban(ref draw), "iban");
            case "ssn": return ($"{100 + draw.NextBelow(500)}-{1 + draw.NextBelow(99):00}-{1 + draw.NextBelow(9999):0000}", "us-ssn");
            case "nino": return (draw.NextBelow(2) == 0 ? $"AB{Digits(6, ref draw)}C" : $"JG {Digits(2, ref draw)} {Digits(2, ref draw)} {Digits(2, ref draw)} A", "uk-nino");
            case "nhs": return (Nhs(ref draw), "uk-nhs");
            case "pesel": return (Pesel(ref draw), "pl-pesel");
            case "street": return (Street(ref draw), "street-address");
            case "place": return (Pick(Places, ref draw), "place");
            case "dob": return (Date(ref draw, 1940 + draw.NextBelow(65)), "date-of-birth");
            case "mac": return (string.Join(draw.NextBelow(2) == 0 ? ":" : "-", Hex(2, 6, ref draw)), "mac");
            case "ipv4": return ($"{10 + draw.NextBelow(100)}.{draw.NextBelow(256)}.{draw.NextBelow(256)}.{1 + draw.NextBelow(254)}", "ipv4");
            case "ipv6": return (draw.NextBelow(2) == 0 ? "fe80::" + string.Join(":", Hex(4, 3, ref draw)) : "2a02:" + string.Join(":", Hex(4, 7, ref draw)), "ipv6");
            case "order": return (draw.NextBelow(4) switch { 0 => Digits(9, ref draw, true), 1 => $"{Digits(3, ref draw, true)}-{Digits(7, ref draw)}-{Digits(7, ref draw)}", 2 => "#" + Digits(10, ref draw, true), _ => Digits(12, ref draw, true) }, null);
            case "version": return ($"{1 + draw.NextBelow(20)}.{draw.NextBelow(30)}.{draw.NextBelow(200)}" + (draw.NextBelow(2) == 0 ? $".{draw.NextBelow(250)}" : ""), null);
            case "price": return (draw.NextBelow(4) switch { 0 => $"${draw.NextBelow(9999)}.{Digits(2, ref draw)}", 1 => $"£{draw.NextBelow(500)}", 2 => $"{draw.NextBelow(90) + 1},{Digits(3, ref draw)}.{Digits(2, ref draw)} EUR", _ => $"€{draw.NextBelow(99)}.{Digits(2, ref draw)}" }, null);
            case "time": return ($"{draw.NextBelow(24):00}:{draw.NextBelow(60):00}" + (draw.NextBelow(2) == 0 ? $":{draw.NextBelow(60):00}" : ""), null);
            case "date": return (Date(ref draw, 2005 + draw.NextBelow(20)), null);
            case "int": return ((1 + draw.NextBelow(99_999)).ToString(CultureInfo.InvariantCulture), null);
            case "milli": return ("17" + Digits(11, ref draw), null);
            case "uuid": return (Guid.Parse(string.Concat(Hex(4, 8, ref draw))).ToString(), null);
            case "hash": return (string.Concat(Hex(4, 10, ref draw)), null);
            case "isbn": return ($"978-{draw.NextBelow(9)}-{Digits(2, ref draw)}-{Digits(6, ref draw)}-{draw.NextBelow(9)}", null);
            case "sku": return (draw.NextBelow(2) == 0 ? $"{Digits(3, ref draw, true)}-{Digits(4, ref draw)}-{Digits(2, ref draw)}" : $"AX-{Digits(5, ref draw)}-B", null);
            case "serial": return ($"SN{Digits(10, ref draw)}", null);
            case "tracking": return (Digits(10 + draw.NextBelow(8), ref draw, true), null);
            case "upc": return (Digits(draw.NextBelow(2) == 0 ? 12 : 13, ref draw, true), null);
            case "company": return (Pick(Companies, ref draw), null);
            default: throw new InvalidOperationException(hole);
        }
    }

    private static string Phone(ref RandomSequence draw)
    {
        string area = $"{2 + draw.NextBelow(8)}{Digits(2, ref draw)}", exchange = $"{2 + draw.NextBelow(8)}{Digits(2, ref draw)}", line = Digits(4, ref draw);
        return draw.NextBelow(10) switch
        {
            0 => $"({area}) {exchange}-{line}",
            1 => $"{area}-{exchange}-{line}",
            2 => $"{area}.{exchange}.{line}",
            3 => $"+1 {area} {exchange} {line}",
            4 => $"+44 20 {Digits(4, ref draw, true)} {line}",
            5 => $"020 {Digits(4, ref draw, true)} {line}",
            6 => $"07{Digits(3, ref draw)} {Digits(6, ref draw)}",
            7 => $"+49 30 {Digits(7, ref draw, true)}",
            8 => $"+33 6 {Digits(2, ref draw)} {Digits(2, ref draw)} {Digits(2, ref draw)} {Digits(2, ref draw)}",
            _ => $"+48 {Digits(3, ref draw, true)} {Digits(3, ref draw)} {Digits(3, ref draw)}",
        };
    }

    private static string Card(ref RandomSequence draw)
    {
        var amex = draw.NextBelow(4) == 0;
        var body = (amex ? "37" : draw.NextBelow(2) == 0 ? "4" : "5" + (1 + draw.NextBelow(5))) + Digits(16, ref draw);
        body = body[..(amex ? 14 : 15)];
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var d = body[body.Length - 1 - i] - '0';
            sum += i % 2 == 0 ? d * 2 > 9 ? d * 2 - 9 : d * 2 : d;
        }
        var number = body + (10 - sum % 10) % 10;
        return draw.NextBelow(3) == 0 ? number : amex ? $"{number[..4]} {number[4..10]} {number[10..]}" : string.Join(draw.NextBelow(2) == 0 ? ' ' : '-', number.Chunk(4).Select(c => new string(c)));
    }

    private static string Iban(ref RandomSequence draw)
    {
        var (country, account) = draw.NextBelow(3) switch { 0 => ("DE", Digits(18, ref draw)), 1 => ("GB", "NWBK" + Digits(14, ref draw)), _ => ("FR", Digits(23, ref draw)) };
        var number = BigInteger.Parse(string.Concat((account + country + "00").Select(c => char.IsDigit(c) ? c.ToString() : (c - 'A' + 10).ToString(CultureInfo.InvariantCulture))), CultureInfo.InvariantCulture);
        var iban = $"{country}{98 - (int)(number % 97):00}{account}";
        return draw.NextBelow(2) == 0 ? iban : string.Join(' ', iban.Chunk(4).Select(c => new string(c)));
    }

    private static string Nhs(ref RandomSequence draw)
    {
        while (true)
        {
            var body = Digits(9, ref draw, true);
            var sum = 0;
            for (var i = 0; i < 9; i++) sum += (body[i] - '0') * (10 - i);
            var check = (11 - sum % 11) % 11;
            if (check < 10) return draw.NextBelow(2) == 0 ? $"{body[..3]} {body[3..6]} {body[6..]}{check}" : body + check;
        }
    }

    private static string Pesel(ref RandomSequence draw)
    {
        var body = $"{50 + draw.NextBelow(49)}{1 + draw.NextBelow(12):00}{1 + draw.NextBelow(28):00}{Digits(4, ref draw)}";
        int[] weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
        return body + (10 - body.Select((c, i) => (c - '0') * weights[i]).Sum() % 10) % 10;
    }

    private static string Street(ref RandomSequence draw)
    {
        var number = 1 + draw.NextBelow(220);
        return draw.NextBelow(8) switch
        {
            0 => $"{number} Maple Avenue",
            1 => $"{number}b High Street, Bristol BS1 4ST",
            2 => $"{number * 7} N. Main St, Springfield, IL {Digits(5, ref draw, true)}",
            3 => $"Lindenstrasse {number}",
            4 => $"{number} rue de la Paix",
            5 => $"{number} St John's Road",
            6 => $"{number} West 42nd Street, Apt {1 + draw.NextBelow(20)}",
            _ => $"Via Roma {number}",
        };
    }

    private static string Date(ref RandomSequence draw, int year)
    {
        int month = 1 + draw.NextBelow(12), day = 1 + draw.NextBelow(28);
        return draw.NextBelow(6) switch { 0 => $"{year}-{month:00}-{day:00}", 1 => $"{day:00}/{month:00}/{year}", 2 => $"{day:00}.{month:00}.{year}", 3 => $"{day} {Months[month - 1]} {year}", 4 => $"{Months[month - 1]} {day}, {year}", _ => $"{day} {Months[month - 1][..3]} {year}" };
    }

    private static string Pick(string[] from, ref RandomSequence draw) => from[draw.NextBelow(from.Length)];

    private static string[] Hex(int width, int count, ref RandomSequence draw)
    {
        var parts = new string[count];
        for (var i = 0; i < count; i++) parts[i] = (draw.NextWord() & (width == 2 ? 0xFFu : 0xFFFFu) | (width == 2 ? 0u : 0x1000u)).ToString("x" + width, CultureInfo.InvariantCulture);
        return parts;
    }

    private static string Digits(int count, ref RandomSequence draw, bool leading = false)
    {
        var digits = new char[count];
        for (var i = 0; i < count; i++) digits[i] = (char)('0' + (i == 0 && leading ? 1 + draw.NextBelow(9) : draw.NextBelow(10)));
        return new(digits);
    }
}
