using Semblance.Data;
using Semblance.Forms;
using Semblance.Profiles;

namespace Semblance.Tests.Profiles;

public sealed class PersonalDataTests
{
    private static string Make(string form, int row) => FormCatalog.Find(form)!.Make(Made.Hash(row, 7));

    private static PersonalData? First(Column column) => Made.Profile(column).Columns[0].Personal.FirstOrDefault();

    [Theory]
    [InlineData("email", PersonalEvidence.Syntax)]
    [InlineData("card", PersonalEvidence.Checksum)]
    [InlineData("iban", PersonalEvidence.Checksum)]
    [InlineData("us-ssn", PersonalEvidence.Syntax)]
    [InlineData("uk-nhs", PersonalEvidence.Checksum)]
    [InlineData("pl-pesel", PersonalEvidence.Checksum)]
    [InlineData("phone", PersonalEvidence.Syntax)]
    [InlineData("street-address", PersonalEvidence.Syntax)]
    [InlineData("person-name", PersonalEvidence.Words)]
    [InlineData("given-name", PersonalEvidence.Words)]
    [InlineData("mac", PersonalEvidence.Syntax)]
    [InlineData("ipv4", PersonalEvidence.Syntax)]
    public void A_planted_form_is_found_without_a_telling_name(string form, PersonalEvidence evidence)
    {
        var found = First(Made.Texts("column7", 300, i => Make(form, i)))!;
        Assert.Equal((form, 1.0, evidence, false), (found.Form, found.Share, found.Evidence, found.Inside));
    }

    [Fact]
    public void A_few_planted_among_others_are_found()
    {
        var found = First(Made.Texts("contact", 1000, i => i % 50 == 0 ? Make("email", i) : "call later"))!;
        Assert.Equal("email", found.Form);
        Assert.Equal(0.02, found.Share, 3);
    }

    [Theory]
    [InlineData(16, ColumnKind.Identifier)]
    [InlineData(10, ColumnKind.Identifier)]
    [InlineData(11, ColumnKind.Text)]
    [InlineData(9, ColumnKind.Text)]
    public void Random_digits_are_not(int digits, ColumnKind kind)
    {
        // A tenth passes Luhn's check by chance. Of about 200 of the shape half would have to: probability below 1e-40.
        Assert.Null(First(Made.Texts("number", 2000, i => (Made.Hash(i, 1) % 10_000_000_000_000_000).ToString("D16", System.Globalization.CultureInfo.InvariantCulture)[..digits], kind)));
    }

    [Fact]
    public void One_number_that_passes_repeated_is_one_proof() =>
        Assert.Null(First(Made.Texts("batch", 500, i => i % 2 == 0 ? Make("card", 1) : (4_000_000_000_000_000 + (long)(Made.Hash(i, 3) % 1_000_000_000_000)).ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void Cards_and_patient_numbers_are_found_among_whole_numbers()
    {
        // Fifteen digits: of sixteen a double holds only those below 9.007e15. The check digit is the one of ten that is recognised.
        var card = FormCatalog.Find("card")!;
        double Card(int row) => Enumerable.Range(0, 10).Select(d => 340_000_000_000_000 + (long)(Made.Hash(row, 5) % 1_000_000_000_000) * 10 + d)
            .Single(n => card.Recognises(System.Text.Encoding.ASCII.GetBytes(n.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal("card", First(Made.Integers("c", 300, i => Card(i)))!.Form);
        Assert.Equal("uk-nhs", First(Made.Integers("c", 300, i => double.Parse(Make("uk-nhs", i).Replace(" ", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture)))!.Form);
    }

    [Fact]
    public void A_broken_checksum_under_a_telling_name_is_still_said()
    {
        var found = First(Made.Texts("CardNumber", 300, i => Make("card", i)[..15] + (char)('0' + (Make("card", i)[15] - '0' + 1) % 10)))!;
        Assert.Equal(("card", PersonalEvidence.Name), (found.Form, found.Evidence));
    }

    [Fact]
    public void Dates_of_birth_need_their_name()
    {
        DateTime Day(int i) => new DateTime(1950, 1, 1).AddDays((int)(Made.Hash(i, 1) % 20_000));
        Assert.Null(First(Made.Dates("visit", 200, Day)));
        Assert.Equal("date-of-birth", First(Made.Dates("date_of_birth", 200, Day))!.Form);
        Assert.Equal("date-of-birth", First(Made.Texts("DOB", 200, i => Day(i).ToString("dd/MM/yyyy", System.Globalization.CultureInfo.InvariantCulture)))!.Form);
    }

    [Fact]
    public void Addresses_inside_notes_are_found()
    {
        var found = First(Made.Texts("note", 400, i => i % 8 == 0 ? $"please write to {Make("email", i)}, thanks" : i % 8 == 1 ? $"paid with {Make("card", i).Insert(12, " ").Insert(8, " ").Insert(4, " ")} today" : "nothing to report (12.50)"));
        Assert.True(found!.Inside);
        var forms = Made.Profile(Made.Texts("note", 400, i => i % 8 == 0 ? $"please write to {Make("email", i)}, thanks" : i % 8 == 1 ? $"paid with {Make("card", i).Insert(12, " ").Insert(8, " ").Insert(4, " ")} today" : "nothing to report (12.50)")).Columns[0].Personal.Select(p => p.Form).Order();
        Assert.Equal(["card", "email"], forms);
    }

    [Fact]
    public void Personal_values_are_not_shown()
    {
        var profile = Made.Profile(Made.Categories("mail", 100, i => Make("email", i % 4)));
        Assert.Empty(profile.Columns[0].Top);
        Assert.Contains(profile.Columns[0].Warnings, w => w.Code == "personal-data");
        Assert.DoesNotContain("@", Made.Everything(profile), StringComparison.Ordinal);
    }

    [Fact]
    public void Ordinary_columns_are_left_alone()
    {
        string[] countries = ["United States", "United Kingdom", "New Zealand", "South Africa", "Costa Rica", "Sri Lanka"];
        string[] jobs = ["Sales Manager", "Head Nurse", "Truck Driver", "Data Engineer", "Office Clerk", "Night Guard"];
        Assert.Null(First(Made.Categories("country_name", 300, i => countries[i % 6])));
        Assert.Null(First(Made.Categories("job", 300, i => jobs[i % 6])));
        Assert.Null(First(Made.Integers("salary", 300, i => 20_000 + i * 37)));
        Assert.Null(First(Made.Texts("order", 300, i => Made.Text($"ORD-{i:000000}"), ColumnKind.Identifier)));
        Assert.Null(First(Made.Texts("version", 300, i => Made.Text($"1.{i}.0"))));
        Assert.Null(First(Made.Dates("created", 300, i => new DateTime(2020, 1, 1).AddHours(i))));
    }
}
