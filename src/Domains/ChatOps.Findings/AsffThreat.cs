using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>Reads who did what: ASFF's <c>Action</c>, or the <c>action/…</c> product fields of GuardDuty's findings before it.</summary>
internal static class AsffThreat
{
    public static ThreatAction? Of(JsonElement? action, Dictionary<string, string> fields) =>
        FromAction(action, fields) ?? FromFields(fields);

    private static ThreatAction? FromAction(JsonElement? action, Dictionary<string, string> fields)
    {
        if (action is not { ValueKind: JsonValueKind.Object }) return null;
        var (call, connection, dns) = (
            action.Child("AwsApiCallAction"), action.Child("NetworkConnectionAction"), action.Child("DnsRequestAction"));
        var probe = action.Child("PortProbeAction").Child("PortProbeDetails").Items().Select(item => (JsonElement?)item).FirstOrDefault();
        var remote = call.Child("RemoteIpDetails") ?? connection.Child("RemoteIpDetails") ?? probe.Child("RemoteIpDetails");
        return new ThreatAction
        {
            Kind = action.Text("ActionType", 64),
            Ip = remote.Text("IpAddressV4", 64),
            Country = remote.Child("Country").Text("CountryName", 128),
            City = remote.Child("City").Text("CityName", 128),
            Organization = remote.Child("Organization").Text("Org", 256) ?? remote.Child("Organization").Text("AsnOrg", 256),
            Api = call.Text("Api", 128),
            Service = call.Text("ServiceName", 128),
            Port = (connection ?? probe).Child("LocalPortDetails").Text("Port", 16),
            Domain = dns.Text("Domain", 256) ?? call.Child("DomainDetails").Text("Domain", 256),
            Direction = connection.Text("ConnectionDirection", 32),
            Blocked = (connection ?? dns ?? action.Child("PortProbeAction")).Child("Blocked")?.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            },
            Count = Count(fields),
        };
    }

    private static ThreatAction? FromFields(Dictionary<string, string> fields)
    {
        const string Newer = "aws/guardduty/service/";
        var prefix = fields.Keys.Any(name => name.StartsWith($"{Newer}action/", StringComparison.Ordinal)) ? Newer : "";
        if (prefix.Length == 0 && !fields.ContainsKey("action/actionType")) return null;

        string? Field(string name) => fields.GetValueOrDefault(prefix + name);
        var kind = Field("action/actionType");
        var at = kind switch
        {
            "NETWORK_CONNECTION" => "action/networkConnectionAction",
            "PORT_PROBE" => "action/portProbeAction/portProbeDetails:0",
            "DNS_REQUEST" => "action/dnsRequestAction",
            _ => "action/awsApiCallAction",
        };
        return new ThreatAction
        {
            Kind = kind,
            Ip = Field($"{at}/remoteIpDetails/ipAddressV4"),
            Country = Field($"{at}/remoteIpDetails/country/countryName"),
            City = Field($"{at}/remoteIpDetails/city/cityName"),
            Organization = Field($"{at}/remoteIpDetails/organization/org") ?? Field($"{at}/remoteIpDetails/organization/asnOrg"),
            Api = Field($"{at}/api"),
            Service = Field($"{at}/serviceName"),
            Port = Field($"{at}/localPortDetails/port"),
            Domain = Field($"{at}/domain"),
            Direction = Field($"{at}/connectionDirection"),
            Blocked = bool.TryParse(Field($"{at}/blocked"), out var blocked) ? blocked : null,
            Count = Count(fields),
        };
    }

    private static long? Count(Dictionary<string, string> fields) =>
        EventText.Whole(fields.GetValueOrDefault("aws/guardduty/service/count") ?? fields.GetValueOrDefault("count"));
}
