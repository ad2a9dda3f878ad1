namespace ChatOps.Tests.Kit;

/// <summary>Slips in filters and how every command answers them: the same sentence, whichever command it is.</summary>
internal static class FilterSlips
{
    /// <summary>
    /// What is typed after the verb, and how the answer begins in English. Accounts are those of <see cref="TwoAccounts"/>.
    /// </summary>
    public static TheoryData<string, string> All => new()
    {
        { "acount:prod", "`acount:` is not a filter here; the nearest is `account:prod`. Filters here: " },
        { "account:prdo", "The account `prdo` is not configured here; the nearest is `account:prod`. Accounts: `prod`, `stage`." },
        { "account:", "There is no value after `account:`. Write one without a space, such as `account:prod`." },
        { "account:\"prod", "A quotation mark is open: `\"prod`." },
    };

    /// <summary>The slips with each verb of a command.</summary>
    public static TheoryData<string, string, string> Of(params string[] verbs)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var verb in verbs)
        {
            foreach (var row in All) data.Add(verb, (string)row[0], (string)row[1]);
        }

        return data;
    }
}
