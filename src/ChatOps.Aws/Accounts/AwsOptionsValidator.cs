using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>What <c>ChatOps:Aws</c> must hold; every fault is named, in one line each.</summary>
internal sealed partial class AwsOptionsValidator : IValidateOptions<AwsOptions>
{
    public ValidateOptionsResult Validate(string? name, AwsOptions options)
    {
        var faults = new List<string>();
        void Fault(string key, string what) => faults.Add($"{AwsOptions.Section}:{key} {what}");

        if (!Region().IsMatch(options.Region))
            Fault("Region", options.Region.Length == 0
                ? "is missing; set the home Region, such as ap-northeast-2."
                : $"is '{options.Region}', which is not a Region such as ap-northeast-2.");
        if (!string.IsNullOrEmpty(options.ServiceUrl)
            && !(Uri.TryCreate(options.ServiceUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            Fault("ServiceUrl", "is not an http or https address.");
        if (!string.IsNullOrEmpty(options.ParameterPrefix) && !options.ParameterPrefix.StartsWith('/'))
            Fault("ParameterPrefix", "must begin with a slash, such as /chatops.");
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(10))
            Fault("Timeout", "must be more than zero and at most ten minutes.");
        if (options.MaxRetries is < 0 or > 10)
            Fault("MaxRetries", "must be 0 to 10.");
        for (var i = 0; i < options.Accounts.Count; i++)
            Check(options.Accounts[i], $"Accounts:{i}:", Fault);
        foreach (var twice in options.Accounts.Where(account => account.Id.Length > 0).GroupBy(account => account.Id)
            .Where(group => group.Count() > 1))
            Fault("Accounts", $"names {twice.Key} {twice.Count()} times; keep one.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(AwsAccountOptions account, string at, Action<string, string> fault)
    {
        if (!AccountId().IsMatch(account.Id))
            fault($"{at}Id", account.Id.Length == 0 ? "is missing." : $"is '{account.Id}', which is not twelve digits.");
        if (!string.IsNullOrWhiteSpace(account.RoleArn))
        {
            if (!Arn.TryParse(account.RoleArn, out var role) || role is not { Service: "iam", ResourceType: "role" })
                fault($"{at}RoleArn", "is not the ARN of an IAM role.");
            else if (role.Account != account.Id)
                fault($"{at}RoleArn", $"is a role of account {role.Account}, not of {account.Id}.");
        }
        foreach (var region in account.Regions.Where(region => !Region().IsMatch(region)))
            fault($"{at}Regions", $"holds '{region}', which is not a Region such as ap-northeast-2.");
    }

    [GeneratedRegex(@"\A[a-z]{2,4}(-[a-z]+)+-\d{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Region();

    [GeneratedRegex(@"\A[0-9]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountId();
}

/// <summary>What <c>ChatOps:Ingest:Sns</c> must hold.</summary>
internal sealed class SnsOptionsValidator : IValidateOptions<SnsOptions>
{
    public ValidateOptionsResult Validate(string? name, SnsOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.TopicArns.Count; i++)
        {
            if (!Arn.TryParse(options.TopicArns[i], out var topic) || topic.Service != "sns")
                faults.Add($"{SnsOptions.Section}:TopicArns:{i} is not the ARN of an SNS topic.");
        }
        if (options.MaxAge <= TimeSpan.Zero)
            faults.Add($"{SnsOptions.Section}:MaxAge must be more than zero.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
