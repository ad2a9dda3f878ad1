namespace ChatOps.Costs;

/// <summary>What kind of charge an amount is, as people tell them apart; AWS says it as the record type.</summary>
internal enum CostCharge
{
    /// <summary>What was used: on demand, by a reservation or by a Savings Plan, after discounts.</summary>
    Usage,

    /// <summary>Taxes.</summary>
    Tax,

    /// <summary>AWS Support.</summary>
    Support,

    /// <summary>Recurring fees of reservations, and what AWS calls fees.</summary>
    Fee,

    /// <summary>Upfront payments for reservations and Savings Plans.</summary>
    Upfront,

    /// <summary>Money given back.</summary>
    Refund,

    /// <summary>Credits that pay for usage.</summary>
    Credit,

    /// <summary>What is none of these.</summary>
    Other,
}

/// <summary>Which charges are added up.</summary>
internal enum CostView
{
    /// <summary>Usage, with the other charges as lines of their own.</summary>
    Gross,

    /// <summary>All charges, credits and refunds taken off.</summary>
    Net,

    /// <summary>Usage, with upfront payments spread over their term.</summary>
    Amortized,
}

/// <summary>Record types as kinds of charges. Pure.</summary>
internal static class CostCharges
{
    /// <summary>The record types that take something off, in all of AWS's spellings.</summary>
    public static IReadOnlyList<string> Reductions { get; } = ["Credit", "Refund"];

    /// <summary>Charges that AWS bills after the end of the month: on the third to the fifth day of the next.</summary>
    public static IReadOnlyList<CostCharge> Late { get; } = [CostCharge.Tax, CostCharge.Support, CostCharge.Fee];

    /// <summary>The kind of charge of a record type: <c>Usage</c>, <c>DiscountedUsage</c>, <c>Tax</c>, <c>Credit</c>.</summary>
    public static CostCharge Of(string recordType)
    {
        bool Says(string part) => recordType.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Says("credit") ? CostCharge.Credit
            : Says("refund") ? CostCharge.Refund
            : Says("tax") ? CostCharge.Tax
            : Says("support") ? CostCharge.Support
            : Says("upfront") ? CostCharge.Upfront
            // Covered usage, its negation and the plan's hourly fee add up to what the usage cost.
            : Says("usage") || Says("savings") || Says("discount") ? CostCharge.Usage
            : Says("fee") || Says("recurring") || Says("subscription") ? CostCharge.Fee
            : CostCharge.Other;
    }
}
