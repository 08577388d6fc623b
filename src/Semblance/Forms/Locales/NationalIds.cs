namespace Semblance.Forms;

/// <summary>
/// National identity numbers whose check digits hold and that nobody has: years to come, days that are none, regions that are none, ranges kept for tests. Brazil and Japan issue every number that checks,
/// so theirs carry a wrong check digit. docs/locales.md tells each.
/// </summary>
internal static class NationalIds
{
    public static LocalWriter? Writer(string id) => id switch
    {
        "us-ssn" => UsSsn,
        "uk-nino" => UkNino,
        "de-tax" => GermanTax,
        "fr-nir" => FrenchNir,
        "es-nie" => SpanishNie,
        "it-cf" => ItalianCode,
        "br-cpf" => BrazilianCpf,
        "nl-bsn" => DutchBsn,
        "pl-pesel" => PolishPesel,
        "se-pnr" => SwedishNumber,
        "dk-cpr" => DanishCpr,
        "fi-hetu" => FinnishCode,
        "cz-rc" => CzechNumber,
        "tr-tckn" => TurkishNumber,
        "jp-my" => JapaneseNumber,
        "cn-id" => ChineseNumber,
        "kr-rrn" => KoreanNumber,
        "in-aadhaar" => IndianNumber,
        _ => null,
    };

    private static (ulong Hash, Person Person, int Year, int Month, int Day) Of(ulong entropy)
    {
        var (year, month, day) = Person.Birth(entropy);
        return (Person.Hash(entropy, 30), Person.Of(entropy), year, month, day);
    }

    private static int UsSsn(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 30);
        var target = new Utf8Target(utf8);
        target.Number(900 + hash % 100, 3);
        target.Add((byte)'-');
        target.Number(1 + (hash >> 8) % 49, 2);
        target.Add((byte)'-');
        target.Number(1 + (hash >> 20) % 9999, 4);
        return target.Length;
    }

    private static int UkNino(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 30);
        var target = new Utf8Target(utf8);
        target.Add("QQ"u8);
        target.Number(hash % 1_000_000, 6);
        target.Add((byte)('A' + (hash >> 32) % 4));
        return target.Length;
    }

    // Eleven digits, ISO 7064 mod 11,10; of the first ten exactly one digit stands twice. Those that begin with 0 are for tests.
    private static int GermanTax(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 30);
        Span<byte> rest = stackalloc byte[9];
        "123456789"u8.CopyTo(rest);
        for (var i = 8; i > 0; i--)
        {
            var j = AsciiText.Take(ref hash, (uint)i + 1);
            (rest[i], rest[j]) = (rest[j], rest[i]);
        }
        utf8[0] = (byte)'0';
        rest.CopyTo(utf8[1..]);
        var twice = AsciiText.Take(ref hash, 8); // the last digit becomes that of a place not next to it, so that none stands twice in a row
        utf8[9] = utf8[1 + twice];
        if (twice == 7) utf8[9] = utf8[1];
        utf8[10] = (byte)('0' + CheckDigits.Hybrid(utf8[..10]));
        return 11;
    }

    // Sex, year, month, department, commune, order, key. There is no department 00.
    private static int FrenchNir(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, month, _) = Of(entropy);
        var target = new Utf8Target(utf8);
        target.Add(person.IsFemale ? (byte)'2' : (byte)'1');
        target.Number((ulong)year % 100, 2);
        target.Number((ulong)month, 2);
        target.Add("00"u8);
        target.Number(1 + hash % 989, 3);
        target.Number(1 + (hash >> 20) % 999, 3);
        target.Number(97 - (ulong)CheckDigits.Remainder(target.Written, 97), 2);
        return target.Length;
    }

    // Foreigners' number: X, Y or Z (0, 1, 2), seven digits, letter of the remainder by 23. The series Z has not come near 9,000,000.
    private static int SpanishNie(ulong entropy, Span<byte> utf8)
    {
        var number = 9_000_000 + Person.Hash(entropy, 30) % 1_000_000;
        var target = new Utf8Target(utf8);
        target.Add((byte)'Z');
        target.Number(number, 7);
        target.Add("TRWAGMYFPDXBNJZSQVHLCKE"u8[(int)((20_000_000 + number) % 23)]);
        return target.Length;
    }

    // Six letters, year, month letter, day (women 40 more), municipality, check letter. Municipality codes begin with A to M or Z; these with X.
    private static int ItalianCode(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, month, day) = Of(entropy);
        var target = new Utf8Target(utf8);
        for (var i = 0; i < 6; i++) target.Add("BCDFGLMNPRSTVZ"u8[AsciiText.Take(ref hash, 14)]);
        target.Number((ulong)year % 100, 2);
        target.Add("ABCDEHLMPRST"u8[month - 1]);
        target.Number((ulong)(day + (person.IsFemale ? 40 : 0)), 2);
        target.Add((byte)'X');
        target.Number(1 + hash % 999, 3);
        target.Add(CheckDigits.Italian(target.Written));
        return target.Length;
    }

    private static int BrazilianCpf(ulong entropy, Span<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[11];
        new Utf8Target(digits).Number(Person.Hash(entropy, 30) % 1_000_000_000, 9);
        for (var i = 9; i < 11; i++)
        {
            var sum = 0;
            for (var k = 0; k < i; k++) sum += (digits[k] - '0') * (i + 1 - k);
            var check = sum * 10 % 11 % 10;
            digits[i] = (byte)('0' + (i == 10 ? (check + 5) % 10 : check)); // the second is wrong
        }
        var target = new Utf8Target(utf8);
        target.Add(digits[..3]);
        target.Add((byte)'.');
        target.Add(digits[3..6]);
        target.Add((byte)'.');
        target.Add(digits[6..9]);
        target.Add((byte)'-');
        target.Add(digits[9..]);
        return target.Length;
    }

    // Nine digits, weights 9 to 2 and -1, divisible by 11. 9999... is for tests.
    private static int DutchBsn(ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        var number = 99_990_000 + Person.Hash(entropy, 30) % 10_000;
        int check;
        do
        {
            number = number == 99_999_999 ? 99_990_000 : number + 1;
            target = new Utf8Target(utf8);
            target.Number(number, 8);
            check = CheckDigits.Weighted(utf8, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        }
        while (check == 10);
        target.Add((byte)('0' + check));
        return target.Length;
    }

    // Born 2200 to 2299: month plus 60.
    private static int PolishPesel(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, month, day) = Of(entropy);
        var target = new Utf8Target(utf8);
        target.Number((ulong)year % 100, 2);
        target.Number((ulong)month + 60, 2);
        target.Number((ulong)Math.Min(day, 28), 2);
        target.Number(hash % 1000, 3);
        target.Number((hash >> 32) % 5 * 2 + (person.IsFemale ? 0ul : 1), 1);
        target.Number((ulong)((10 - CheckDigits.Weighted(utf8, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10), 1);
        return target.Length;
    }

    // Twelve digits with the century; born 2200 to 2299. Luhn over the ten without it.
    private static int SwedishNumber(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, month, day) = Of(entropy);
        Span<byte> ten = stackalloc byte[10];
        var digits = new Utf8Target(ten);
        digits.Number((ulong)year % 100, 2);
        digits.Number((ulong)month, 2);
        digits.Number((ulong)Math.Min(day, 28), 2);
        digits.Number(hash % 100, 2);
        digits.Number((hash >> 32) % 5 * 2 + (person.IsFemale ? 0ul : 1), 1);
        digits.Number((ulong)CheckDigits.Luhn(ten[..9]), 1);
        var target = new Utf8Target(utf8);
        target.Add("22"u8);
        target.Add(ten[..6]);
        target.Add((byte)'-');
        target.Add(ten[6..]);
        return target.Length;
    }

    // Day, month, year, four digits, the sum by weights divisible by 11; born on 30 February.
    private static int DanishCpr(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, _, _) = Of(entropy);
        Span<byte> digits = stackalloc byte[10];
        for (var serial = hash % 1000; ; serial = (serial + 1) % 1000)
        {
            var target = new Utf8Target(digits);
            target.Add("3002"u8);
            target.Number((ulong)year % 100, 2);
            target.Number(serial, 3);
            var check = (11 - CheckDigits.Weighted(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            if (check == 10 || check % 2 == (person.IsFemale ? 1 : 0)) continue;
            digits[9] = (byte)('0' + check);
            break;
        }
        digits[..6].CopyTo(utf8);
        utf8[6] = (byte)'-';
        digits[6..].CopyTo(utf8[7..]);
        return 11;
    }

    // Date, century sign, individual number, check character of the remainder by 31. Individual numbers from 900 are for temporary use.
    private static int FinnishCode(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, month, day) = Of(entropy);
        var individual = 900 + hash % 50 * 2 + (person.IsFemale ? 0ul : 1);
        var target = new Utf8Target(utf8);
        target.Number((ulong)day, 2);
        target.Number((ulong)month, 2);
        target.Number((ulong)year % 100, 2);
        target.Add(year < 2000 ? (byte)'-' : (byte)'A');
        target.Number(individual, 3);
        var date = (ulong)(day * 10000 + month * 100 + year % 100);
        target.Add("0123456789ABCDEFHJKLMNPRSTUVWXY"u8[(int)((date * 1000 + individual) % 31)]);
        return target.Length;
    }

    // Year, month (women 50 more), day, four digits; divisible by 11. Born on 30 February.
    private static int CzechNumber(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, _, _) = Of(entropy);
        var head = (ulong)(year % 100 * 10000 + (person.IsFemale ? 52 : 2) * 100 + 30);
        var serial = hash % 1000;
        while ((head * 1000 + serial) % 11 == 10) serial = (serial + 1) % 1000; // such remainders are left out
        var target = new Utf8Target(utf8);
        target.Number(head, 6);
        target.Add((byte)'/');
        target.Number(serial * 10 + (head * 1000 + serial) % 11, 4); // 10 is -1 by 11, so the remainder is the digit
        return target.Length;
    }

    // Eleven digits, two of them checks. None begins with 0.
    private static int TurkishNumber(ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        target.Number(Person.Hash(entropy, 30) % 100_000_000, 9);
        int odd = 0, even = 0;
        for (var i = 0; i < 9; i++)
        {
            if (i % 2 == 0) odd += utf8[i] - '0';
            else even += utf8[i] - '0';
        }
        var tenth = ((odd * 7 - even) % 10 + 10) % 10;
        target.Number((ulong)tenth, 1);
        target.Number((ulong)((odd + even + tenth) % 10), 1);
        return target.Length;
    }

    private static int JapaneseNumber(ulong entropy, Span<byte> utf8)
    {
        var target = new Utf8Target(utf8);
        target.Number(Person.Hash(entropy, 30) % 100_000_000_000, 11);
        var remainder = CheckDigits.Weighted(utf8, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        var check = remainder <= 1 ? 0 : 11 - remainder;
        target.Number((ulong)((check + 5) % 10), 1); // wrong
        return target.Length;
    }

    // Region, birth date, order (men odd), ISO 7064 mod 11-2. There is no region 99.
    private static int ChineseNumber(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, month, day) = Of(entropy);
        var target = new Utf8Target(utf8);
        target.Add("990000"u8);
        target.Number((ulong)year, 4);
        target.Number((ulong)month, 2);
        target.Number((ulong)day, 2);
        target.Number(hash % 100, 2);
        target.Number((hash >> 32) % 5 * 2 + (person.IsFemale ? 0ul : 1), 1);
        target.Add(CheckDigits.Pure(target.Written));
        return target.Length;
    }

    // Birth date, sex and century, region, check digit; born on 30 February.
    private static int KoreanNumber(ulong entropy, Span<byte> utf8)
    {
        var (hash, person, year, _, _) = Of(entropy);
        Span<byte> digits = stackalloc byte[13];
        var target = new Utf8Target(digits);
        target.Number((ulong)year % 100, 2);
        target.Add("0230"u8);
        target.Number((year < 2000 ? 1ul : 3) + (person.IsFemale ? 1ul : 0), 1);
        target.Number(hash % 100_000, 5);
        target.Number((ulong)((11 - CheckDigits.Weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10), 1);
        digits[..6].CopyTo(utf8);
        utf8[6] = (byte)'-';
        digits[6..].CopyTo(utf8[7..]);
        return 14;
    }

    // Twelve digits in fours, Verhoeff's check. None begins with 0 or 1.
    private static int IndianNumber(ulong entropy, Span<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[12];
        var target = new Utf8Target(digits);
        target.Add((byte)'0');
        target.Number(Person.Hash(entropy, 30) % 10_000_000_000, 10);
        target.Number((ulong)CheckDigits.Verhoeff(digits[..11]), 1);
        for (var i = 0; i < 3; i++)
        {
            digits.Slice(4 * i, 4).CopyTo(utf8[(5 * i)..]);
            if (i < 2) utf8[5 * i + 4] = (byte)' ';
        }
        return 14;
    }
}
