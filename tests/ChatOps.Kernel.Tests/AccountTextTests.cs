namespace ChatOps.Kernel.Tests;

public sealed class AccountTextTests
{
    [Theory]
    [InlineData("111122223333", "prod", "prod (111122223333)", "prod (1111…3333)")]
    [InlineData("111122223333", null, "111122223333", "1111…3333")]
    [InlineData("111122223333", " ", "111122223333", "1111…3333")]
    [InlineData("111122223333", "111122223333", "111122223333", "1111…3333")]
    [InlineData("", "prod", "prod", "prod")]
    [InlineData("aws", "", "aws", "aws")]
    public void An_account_is_written_by_its_name_and_its_id_whole_or_masked(string account, string? name, string whole, string masked)
    {
        Assert.Equal(whole, AccountText.Of(account, name));
        Assert.Equal(masked, AccountText.Masked(account, name));
    }

    [Fact]
    public void Only_what_is_an_account_id_is_masked()
    {
        Assert.Equal("not-an-accou", AccountText.Mask("not-an-accou"));
        Assert.Equal("role in 1111…3333, not 1234567890123", AccountText.MaskAll("role in 111122223333, not 1234567890123"));
    }
}
