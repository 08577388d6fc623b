using System.Collections.Immutable;
using System.Text;

namespace Semblance.Forms;

/// <summary>The writers of one locale's forms. Each draws from a hash of the entropy named by what it belongs to (person, place), so that forms of one entropy fit together.</summary>
internal sealed class LocalWriters
{
    private readonly LocaleData data;
    private readonly WordList female, male, family, femaleAscii, maleAscii, familyAscii, streets, makers, trades, suffixes, jobs, colours, words;
    private readonly bool familyFirst, twoFamilies, numberFirst, ideographic;
    private readonly byte[] space, between, country;
    private readonly string[] address;
    private readonly LocalWriter? nationalId, iban;

    public LocalWriters(LocaleData data, bool latin)
    {
        this.data = data;
        (female, male, family) = (data.List("female"), data.List("male"), data.List("family"));
        (femaleAscii, maleAscii, familyAscii) = (data.List("female-ascii"), data.List("male-ascii"), data.List("family-ascii"));
        (streets, makers, trades, suffixes) = (data.List("street"), data.List("company"), data.List("trade"), data.List("suffix"));
        (jobs, colours, words) = (data.List("job"), data.List("colour"), data.List("word"));
        var name = data.Setting("name");
        ideographic = !latin && data.Setting("glue") == "all"; // no spaces
        familyFirst = name.StartsWith("family", StringComparison.Ordinal) && !latin;
        twoFamilies = name == "given family family";
        numberFirst = data.Setting("street") == "number street";
        between = latin || data.Setting("glue") == "" ? " "u8.ToArray() : [];
        space = ideographic ? [] : " "u8.ToArray();
        address = data.Setting("address").Replace(",", " ,", StringComparison.Ordinal).Split(' ');
        country = Encoding.UTF8.GetBytes(LocaleData.Written(data.Setting("country"), latin));
        (nationalId, iban) = (NationalIds.Writer(data.Setting("id")), LocalIbans.Writer(data.Setting("iban")));
    }

    /// <summary>Every form some locale makes.</summary>
    public static ImmutableArray<string> Ids { get; } =
    [
        "person-name", "given-name", "family-name", "sex", "email", "username", "company", "company-email", "job", "street-address", "street", "city", "postcode", "region", "country", "country-code", "address",
        "phone", "national-id", "iban", "card", "currency", "colour", "word", "sentence", "paragraph", "ipv4", "ipv6", "mac", "url", "uuid", "date-of-birth",
    ];

    /// <summary>The writer of a form, or null.</summary>
    public LocalWriter? Writer(string id) => id switch
    {
        "person-name" => PersonName,
        "given-name" => (e, s) => Copy(Person.Of(e).IsFemale ? female : male, Person.Of(e).Given, s),
        "family-name" => (e, s) => Copy(family, Person.Of(e).Family, s),
        "sex" => (e, s) => Copy(Person.Of(e).IsFemale ? "F"u8 : "M"u8, s),
        "email" => Email,
        "username" => Username,
        "company" => Company,
        "company-email" => CompanyEmail,
        "job" => (e, s) => Copy(jobs, (uint)Person.Hash(e, 7), s),
        "street-address" => StreetAddress,
        "street" => (e, s) => Copy(streets, (uint)Person.Hash(e, 3), s),
        "city" => (e, s) => Copy(data.Cities[City(e)], s),
        "region" => (e, s) => Copy(data.Regions[City(e)], s),
        "postcode" => (e, s) => Pattern(data.Postcodes[City(e)], Person.Hash(e, 4), s),
        "phone" => (e, s) => Pattern(data.Phones[City(e)], Person.Hash(e, 5), s),
        "country" => (e, s) => Copy(country, s),
        "country-code" => Constant(data.Setting("code")),
        "currency" => Constant(data.Setting("currency")),
        "address" => Address,
        "national-id" => nationalId,
        "iban" => iban,
        "colour" => (e, s) => Copy(colours, (uint)Person.Hash(e, 8), s),
        "word" => (e, s) => Copy(words, (uint)Person.Hash(e, 9), s),
        "sentence" => (e, s) => Sentences(e, 1, s),
        "paragraph" => (e, s) => Sentences(e, 3 + (int)(Person.Hash(e, 10) % 3), s),
        "card" => PlainWriters.Card,
        "ipv4" => PlainWriters.Ipv4,
        "ipv6" => PlainWriters.Ipv6,
        "mac" => PlainWriters.Mac,
        "url" => Url,
        "uuid" => PlainWriters.Uuid,
        "date-of-birth" => DateOfBirth,
        _ => null,
    };

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> utf8)
    {
        text.CopyTo(utf8);
        return text.Length;
    }

    private static int Copy(WordList list, uint random, Span<byte> utf8) => Copy(list[list.Pick(random)], utf8);

    private static int Pattern(ReadOnlySpan<byte> pattern, ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        target.Pattern(pattern, entropy >> 1);
        return target.Length;
    }

    private static LocalWriter Constant(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return (_, s) => Copy(bytes, s);
    }

    private int City(ulong entropy) => data.Cities.Pick((uint)(Person.Hash(entropy, 3) >> 32));

    private int PersonName(ulong entropy, Span<byte> utf8)
    {
        var person = Person.Of(entropy);
        var given = person.IsFemale ? female : male;
        var target = new Utf8Target(utf8);
        if (familyFirst)
        {
            target.Add(family[family.Pick(person.Family)]);
            target.Add(between);
            target.Add(given[given.Pick(person.Given)]);
            return target.Length;
        }
        target.Add(given[given.Pick(person.Given)]);
        target.Add((byte)' ');
        target.Add(family[family.Pick(person.Family)]);
        if (twoFamilies)
        {
            target.Add((byte)' ');
            target.Add(family[family.Pick((uint)Person.Hash(entropy, 6))]);
        }
        return target.Length;
    }

    private int Email(ulong entropy, Span<byte> utf8)
    {
        var person = Person.Of(entropy);
        var given = person.IsFemale ? femaleAscii : maleAscii;
        var target = new Utf8Target(utf8);
        target.Add(given[given.Pick(person.Given)]);
        target.Add((byte)'.');
        target.Add(familyAscii[familyAscii.Pick(person.Family)]);
        target.Number(person.Number, 2);
        target.Add((person.Number % 3) switch { 0 => "@example.com"u8, 1 => "@example.org"u8, _ => "@example.net"u8 });
        return target.Length;
    }

    private int Username(ulong entropy, Span<byte> utf8)
    {
        var person = Person.Of(entropy);
        var given = person.IsFemale ? femaleAscii : maleAscii;
        var target = new Utf8Target(utf8);
        target.Add(given[given.Pick(person.Given)][0]);
        target.Add(familyAscii[familyAscii.Pick(person.Family)]);
        target.Number(person.Number, 2);
        return target.Length;
    }

    private int Company(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 2);
        var target = new Utf8Target(utf8);
        target.Add(makers[makers.Pick((uint)hash)]);
        target.Add(space);
        var trade = (uint)(hash >> 32);
        target.Add(trades[trades.Pick(trade)]);
        target.Add(space);
        target.Add(suffixes[suffixes.Pick(trade * 2654435769)]);
        return target.Length;
    }

    private int CompanyEmail(ulong entropy, Span<byte> utf8)
    {
        var length = Username(entropy, utf8);
        var target = new Utf8Target(utf8[length..]);
        target.Add("@firm"u8);
        target.Number(Person.Hash(entropy, 2) % 1000, 3);
        target.Add(".example"u8);
        return length + target.Length;
    }

    private int Url(ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        target.Add("https://firm"u8);
        target.Number(Person.Hash(entropy, 2) % 1000, 3);
        target.Add(".example/"u8);
        target.Number(Person.Hash(entropy, 11) % 1_000_000, 6);
        return target.Length;
    }

    private int StreetAddress(ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        WriteStreet(entropy, ref target);
        return target.Length;
    }

    private void WriteStreet(ulong entropy, ref Utf8Target target)
    {
        var street = streets[streets.Pick((uint)Person.Hash(entropy, 3))];
        var number = Person.Hash(entropy, 4) >> 40;
        number = 1 + (number & 0xff) * (number >> 8 & 0xff) / 320; // small numbers are common
        if (numberFirst) Number(number, ref target);
        if (numberFirst) target.Add((byte)' ');
        target.Add(street);
        if (numberFirst) return;
        target.Add(space);
        Number(number, ref target);

        static void Number(ulong number, ref Utf8Target target) => target.Number(number, number < 10 ? 1 : number < 100 ? 2 : 3);
    }

    private int Address(ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        var city = City(entropy);
        for (var i = 0; i < address.Length; i++)
        {
            if (address[i] == "region" && data.Cities[city].StartsWith(data.Regions[city])) continue; // a city that is its own region
            if (target.Length > 0 && address[i] is not "," && !(ideographic && address[i - 1] != "postcode" && address[i] != "postcode")) target.Add((byte)' ');
            switch (address[i])
            {
                case "street": WriteStreet(entropy, ref target); break;
                case "city": target.Add(data.Cities[city]); break;
                case "region": target.Add(data.Regions[city]); break;
                case "postcode": target.Pattern(data.Postcodes[city], Person.Hash(entropy, 4) >> 1); break;
                case "-": target.Add((byte)'-'); break;
                default: target.Add((byte)','); break;
            }
        }
        return target.Length;
    }

    private int Sentences(ulong entropy, int count, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        for (var sentence = 0; sentence < count; sentence++)
        {
            if (sentence > 0) target.Add(space);
            var hash = Person.Hash(entropy, (ulong)(100 + sentence));
            var length = 5 + (int)(hash % 7);
            var begin = target.Length;
            for (var i = 0; i < length; i++)
            {
                if (i > 0) target.Add(space);
                hash = KeyedPermutation.Mix(hash + 0x9E3779B97F4A7C15);
                target.Add(words[words.Pick((uint)(hash >> 32))]);
            }
            var first = target.Written[begin..];
            if (AsciiText.IsLower(first[0])) first[0] -= 32;
            target.Add(ideographic ? "。"u8 : "."u8);
        }
        return target.Length;
    }

    private int DateOfBirth(ulong entropy, Span<byte> utf8)
    {
        var (year, month, day) = Person.Birth(entropy);
        var format = data.Setting("date");
        var target = new Utf8Target(utf8);
        for (var i = 0; i < format.Length; i++)
        {
            var run = 1;
            while (i + run < format.Length && format[i + run] == format[i]) run++;
            if (format[i] is not ('d' or 'M' or 'y')) target.Add((byte)format[i]);
            else
            {
                var value = (ulong)(format[i] switch { 'd' => day, 'M' => month, _ => year });
                target.Number(value, run == 1 ? value < 10 ? 1 : 2 : run);
            }
            i += run - 1;
        }
        return target.Length;
    }
}
