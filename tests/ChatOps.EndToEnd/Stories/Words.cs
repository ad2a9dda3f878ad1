namespace ChatOps.EndToEnd.Stories;

/// <summary>What people read in a language, for the story that is told in both.</summary>
internal sealed record Words(
    string Resolved, string Remediating, string Checking, string[] Plan, string Requested, string Runs, string Step, string Succeeded,
    string Confirmed)
{
    public static Words Of(string language) => language == "ko" ? Korean : English;

    private static Words English { get; } = new(
        Resolved: "Resolved", Remediating: "Remediating", Checking: "is right since",
        Plan: [
            "Account", "Region", "Who is affected", "Risk", "Medium", "What will run", "What changes", "Public access block: off → on",
            "Can be undone"
        ],
        Requested: "remediates with", Runs: "runs: execution", Step: "done in", Succeeded: "All steps succeeded",
        Confirmed: "Security Hub confirms it");

    private static Words Korean { get; } = new(
        Resolved: "해결됨", Remediating: "조치 중", Checking: "부터 올바른 상태",
        Plan: ["계정", "리전", "영향 대상", "위험도", "중간", "실행할 작업", "변경 내용", "퍼블릭 액세스 차단: 꺼짐 → 켜짐", "되돌릴 수 있음"],
        Requested: "문서로 조치를 시작했습니다", Runs: "실행 시작", Step: "만에 마쳤습니다", Succeeded: "만에 성공했습니다", Confirmed: "해결을 확인했습니다");
}
