namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>The scenarios' titles and descriptions for Korean readers, by id; complete by test.</summary>
internal static class ScenarioKorean
{
    public static IReadOnlyDictionary<string, (
        string Title,
        string Description)> Texts
    { get; } = new Dictionary<string, (string Title, string Description)>(StringComparer.Ordinal)
    {
        ["public-stage-bucket"] = ("공개된 버킷 campus-photos", "stage 계정의 S3.8: 버킷의 퍼블릭 액세스 차단이 꺼져 있습니다. 승인 없이 조치할 수 있습니다."),
        ["public-bucket"] = ("공개된 버킷 payroll-exports", "prod 계정의 S3.8: 버킷의 퍼블릭 액세스 차단이 꺼져 있습니다. 승인이 필요합니다."),
        ["readable-bucket"] = ("누구나 읽을 수 있는 버킷 press-kit", "prod 계정의 S3.2: 버킷 정책이 모두에게 읽기를 허용합니다. SNS로 들어옵니다."),
        ["open-ssh"] = ("SSH가 전체 공개된 bastion", "prod 계정의 EC2.13: 보안 그룹의 22번 포트가 0.0.0.0/0에 열려 있습니다."),
        ["open-high-risk-ports"] = ("고위험 포트가 열린 legacy-admin", "prod 계정의 EC2.19: 22번과 3389번 포트가 전체 공개되어 있습니다. SNS로 들어옵니다."),
        ["open-database-port"] = ("데이터베이스 포트가 열린 etl", "stage 계정의 EC2.19: 22번과 3306번 포트가 전체 공개되어 있습니다. 위험도가 높아 승인이 필요합니다."),
        ["open-rdp"] = ("RDP가 전체 공개된 build-windows", "stage 계정 us-east-1의 EC2.14: 3389번 포트가 전체 공개되어 있습니다."),
        ["public-database"] = ("공개된 데이터베이스 students-db", "prod 계정의 RDS.2: 인터넷에서 데이터베이스에 접속할 수 있습니다."),
        ["unprotected-database"] = ("삭제 방지가 꺼진 campus-db", "prod 계정의 RDS.8(낮음): 기록되지만 #security에는 올라가지 않습니다."),
        ["no-minor-upgrades"] = ("마이너 업그레이드가 꺼진 ledger", "prod 계정의 RDS.13: 마이너 버전이 자동으로 설치되지 않습니다. 봇이 대기열을 읽으면 SQS로 들어옵니다."),
        ["several-on-one-database"] = ("reporting의 취약점 3건", "stage 계정의 RDS.5, RDS.11, RDS.13이 한 이벤트로 들어옵니다."),
        ["unencrypted-stage-bucket"] = ("기본 암호화가 없는 stage-uploads", "stage 계정의 S3.4: 위험도가 낮아 승인 없이 조치할 수 있습니다."),
        ["default-security-group"] = ("기본 보안 그룹 사용 중", "prod 계정의 EC2.2: VPC 기본 보안 그룹에 규칙이 있습니다."),
        ["ebs-encryption-off"] = ("EBS 기본 암호화가 꺼짐", "stage 계정의 EC2.7: 새 볼륨이 암호화되지 않습니다."),
        ["critical-cve"] = ("api-1의 CVE-2024-3094", "prod 계정의 Inspector: CVSS, EPSS, 수정 버전이 있는 심각한 취약점입니다."),
        ["ssh-brute-force"] = ("api-1에 대한 SSH 무차별 대입 공격", "prod 계정의 GuardDuty: 한 주소에서 암호를 계속 시도합니다. SNS로 들어옵니다."),
        ["missing-tags"] = ("필수 태그 누락", "stage 계정의 Config 규칙입니다."),
    };
}
