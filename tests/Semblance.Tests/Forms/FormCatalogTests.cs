using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Forms;

namespace Semblance.Tests.Forms;

public sealed class FormCatalogTests
{
    public static TheoryData<string> Ids => [.. FormCatalog.All.Select(f => f.Id)];

    private static IForm Form(string id) => FormCatalog.Find(id)!;

    private static bool Recognises(string id, string text) => Form(id).Recognises(Encoding.UTF8.GetBytes(text));

    [Theory, MemberData(nameof(Ids))]
    public void Everything_made_is_recognised_and_ascii(string id)
    {
        var form = Form(id);
        Prop.ForAll<ulong>(entropy =>
        {
            var made = Encoding.UTF8.GetBytes(form.Make(entropy * 0x9E3779B97F4A7C15));
            return form.Recognises(made) && form.Resembles(made) && Ascii.IsValid(made);
        }).QuickCheckThrowOnFailure();
    }

    [Theory, MemberData(nameof(Ids))]
    public void Entropies_below_the_room_give_different_texts(string id)
    {
        var form = Form(id);
        var count = Math.Min(form.Room, 20_000);
        var stride = form.Room / count;
        var made = new HashSet<string>();
        for (ulong i = 0; i < count; i++) Assert.True(made.Add(form.Make(i * stride)), $"{id} {i}");
        if (form.Room < ulong.MaxValue) Assert.Equal(form.Make(0), form.Make(form.Room));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Arbitrary_bytes_are_survived(string id)
    {
        var form = Form(id);
        Prop.ForAll<byte[]>(bytes =>
        {
            var recognised = form.Recognises(bytes);
            return !recognised || form.Resembles(bytes);
        }).QuickCheckThrowOnFailure();
        // texts near the form: one byte of a made text changed
        Prop.ForAll<ulong, byte, byte>((entropy, at, value) =>
        {
            var made = Encoding.UTF8.GetBytes(form.Make(entropy));
            made[at % made.Length] = value;
            return !form.Recognises(made) || form.Resembles(made);
        }).QuickCheckThrowOnFailure();
        Assert.False(form.Recognises([]));
        Assert.False(form.Recognises(Encoding.UTF8.GetBytes(new string('1', 100_000))));
    }

    [Fact]
    public void Ids_are_different() => Assert.Equal(FormCatalog.All.Length, FormCatalog.All.Select(f => f.Id).Distinct().Count());

    [Theory]
    [InlineData("card")]
    [InlineData("iban")]
    [InlineData("uk-nhs")]
    [InlineData("pl-pesel")]
    public void One_changed_digit_breaks_the_checksum(string id)
    {
        var form = Form(id);
        for (ulong i = 0; i < 200; i++)
        {
            var made = Encoding.ASCII.GetBytes(form.Make(i * 7919));
            var at = made.Length - 2 - (int)(i % 3); // PESEL's serial, the accounts: no digit of a date or prefix
            if (made[at] == ' ') continue;
            made[at] = (byte)(made[at] == '9' ? '0' : made[at] + 1);
            Assert.False(form.Recognises(made), Encoding.ASCII.GetString(made));
        }
    }

    [Theory]
    [InlineData("email", "a.b+c@example.co.uk", true)]
    [InlineData("email", "jörg@müller.de", true)]
    [InlineData("email", "a@b", false)]
    [InlineData("email", "a..b@example.com", false)]
    [InlineData("email", "a b@example.com", false)]
    [InlineData("email", "a@b@example.com", false)]
    [InlineData("card", "4111111111111111", true)]
    [InlineData("card", "4111 1111 1111 1111", true)]
    [InlineData("card", "378282246310005", true)]
    [InlineData("card", "3782-822463-10005", true)]
    [InlineData("card", "4111111111111112", false)]
    [InlineData("card", "41 11111111111111", false)]
    [InlineData("iban", "GB82 WEST 1234 5698 7654 32", true)]
    [InlineData("iban", "DE89370400440532013000", true)]
    [InlineData("iban", "DE89370400440532013001", false)]
    [InlineData("iban", "DE8937040044053201300", false)]
    [InlineData("us-ssn", "123-45-6789", true)]
    [InlineData("us-ssn", "000-45-6789", false)]
    [InlineData("us-ssn", "123456789", false)]
    [InlineData("uk-nhs", "943 476 5919", true)]
    [InlineData("uk-nhs", "9434765918", false)]
    [InlineData("uk-nino", "AB123456C", true)]
    [InlineData("uk-nino", "AB 12 34 56 C", true)]
    [InlineData("uk-nino", "DB123456C", false)]
    [InlineData("pl-pesel", "44051401359", true)]
    [InlineData("pl-pesel", "44051401358", false)]
    [InlineData("pl-pesel", "44133201359", false)]
    [InlineData("phone", "+44 20 7946 0958", true)]
    [InlineData("phone", "(212) 555-0123", true)]
    [InlineData("phone", "1-212-555-0123", true)]
    [InlineData("phone", "030 12345678", true)]
    [InlineData("phone", "2125550123", false)]
    [InlineData("phone", "2010-01-02", false)]
    [InlineData("phone", "12.5", false)]
    [InlineData("street-address", "221B Baker Street", true)]
    [InlineData("street-address", "Lindenstrasse 4", true)]
    [InlineData("street-address", "12 rue de la Paix, Paris", true)]
    [InlineData("street-address", "10-12 High St., Oxford", true)]
    [InlineData("street-address", "Via Roma 12b", true)]
    [InlineData("street-address", "12 monkeys", false)]
    [InlineData("street-address", "2 large boxes on the way", false)]
    [InlineData("street-address", "3 way valve", false)]
    [InlineData("street-address", "We met at 5 in the street", false)]
    [InlineData("person-name", "Anna Keller", true)]
    [InlineData("person-name", "Keller, Anna", true)]
    [InlineData("person-name", "Dr. John Q. Public", true)]
    [InlineData("person-name", "Credit card", false)]
    [InlineData("person-name", "Married-civ-spouse", false)]
    [InlineData("ipv4", "10.0.0.255", true)]
    [InlineData("ipv4", "10.0.0.256", false)]
    [InlineData("ipv4", "1.2.3", false)]
    [InlineData("ipv4", "01.2.3.4", false)]
    [InlineData("ipv6", "2001:db8::1", true)]
    [InlineData("ipv6", "::1", true)]
    [InlineData("ipv6", "12:30:45", false)]
    [InlineData("mac", "00:1A:2b:3c:4d:5e", true)]
    [InlineData("mac", "00:1A-2b:3c:4d:5e", false)]
    [InlineData("url", "https://example.com/a?b=c", true)]
    [InlineData("url", "http://localhost:8080/x", true)]
    [InlineData("url", "www.example.com", true)]
    [InlineData("url", "http://", false)]
    [InlineData("url", "https://exa mple.com", false)]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", true)]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-42661417400g", false)]
    [InlineData("date-of-birth", "1984-02-29", true)]
    [InlineData("date-of-birth", "1983-02-29", false)]
    public void Known_texts_are_told_apart(string id, string text, bool expected) => Assert.Equal(expected, Recognises(id, text));

    [Fact]
    public void Made_values_stay_in_what_is_kept_for_examples()
    {
        for (ulong i = 0; i < 500; i++)
        {
            var entropy = i * 0x9E3779B97F4A7C15;
            Assert.Matches(@"@example\.(com|org|net)$", Form("email").Make(entropy));
            Assert.Matches(@"^\+1 [2-9]\d\d-555-01\d\d$", Form("phone").Make(entropy));
            Assert.Matches(@"^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$", Form("ipv4").Make(entropy));
            Assert.StartsWith("2001:db8:", Form("ipv6").Make(entropy), StringComparison.Ordinal);
            Assert.Matches(@"^https://[a-z]+(\.example\.(com|org|net)|\.example)/", Form("url").Make(entropy));
            Assert.StartsWith("9999", Form("card").Make(entropy), StringComparison.Ordinal);
            Assert.Matches(@"^DE\d\d9", Form("iban").Make(entropy));
            Assert.Matches(@"^9\d\d-[0-4]\d-", Form("us-ssn").Make(entropy));
            Assert.StartsWith("QQ", Form("uk-nino").Make(entropy), StringComparison.Ordinal);
            Assert.StartsWith("999 ", Form("uk-nhs").Make(entropy), StringComparison.Ordinal);
            Assert.Matches(@"^\d\d(6[1-9]|7[0-2])", Form("pl-pesel").Make(entropy));
            Assert.StartsWith("02:", Form("mac").Make(entropy), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("email", "customer_email", true)]
    [InlineData("email", "E-Mail Address", true)]
    [InlineData("email", "mailbox", false)]
    [InlineData("us-ssn", "user_ssn", true)]
    [InlineData("us-ssn", "lessness", false)]
    [InlineData("mac", "machine", false)]
    [InlineData("mac", "deviceMac", true)]
    [InlineData("person-name", "Name", true)]
    [InlineData("person-name", "country_name", false)]
    [InlineData("person-name", "CustomerName", true)]
    [InlineData("ipv4", "ship_date", false)]
    [InlineData("ipv4", "client.ip", true)]
    public void Column_names_are_matched_by_word(string id, string name, bool expected) => Assert.Equal(expected, FormName.Matches(Form(id), name));
}
