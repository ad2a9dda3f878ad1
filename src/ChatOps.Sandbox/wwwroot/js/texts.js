// The page's own words, in the acting person's language. Messages come from the bot in whatever language it chose.

const texts = {
  en: {
    channels: 'Channels', apps: 'Apps', messages: 'Direct messages', actAs: 'Act as', home: 'Home',
    openChannels: 'Open channel list', closeChannels: 'Close channel list', openPanel: 'Open AWS panel', closePanel: 'Close AWS panel',
    unread: '{n} unread', bot: 'APP', edited: '(edited)', onlyYou: 'Only visible to you', dismiss: 'Dismiss',
    replies: n => n === 1 ? '1 reply' : `${n} replies`, lastReply: 'last reply {when}', reply: 'Reply in thread', replyShort: 'Reply',
    thread: 'Thread', closeThread: 'Close thread', messagesIn: 'Messages in {channel}',
    newMessages: 'New messages', emptyChannel: 'Nothing here yet', emptySecurity: 'Make something happen in AWS and watch ChatOps report it here.',
    composer: 'Message {channel}', composerThread: 'Reply', send: 'Send', commandHint: 'Type / for commands',
    commandsFound: '{n} commands', notCommand: '{command} is not a command of this workspace. Type / to see the commands.',
    reconnecting: 'Connection lost. Trying again…', loading: 'Loading…', failed: 'That did not work: {error}',
    cannotReach: 'The sandbox does not answer. Is it still running?',
    close: 'Close', cancel: 'Cancel', working: 'Working…', closeAll: 'Close all', back: 'Back',
    required: 'Fill in this field.', tooShort: 'At least {n} characters.', tooLong: 'At most {n} characters.', notNumber: 'Enter a number.',
    notWhole: 'Enter a whole number.', tooSmall: 'At least {n}.', tooBig: 'At most {n}.', notEmail: 'Enter an e-mail address.', notUrl: 'Enter a link that starts with http:// or https://.',
    optional: '(optional)', choose: 'Choose…', noOptions: 'No matches', typeMore: 'Type at least {n} characters', remove: 'Remove {name}', clear: 'Clear',
    moreActions: 'More actions', noHome: 'ChatOps has not published its home yet.', unsupported: 'This page cannot show a “{type}” block.',
    formatHint: '*bold*  _italic_  ~strike~  `code`  - list  > quote', yes: 'Yes', no: 'No', picture: 'Picture',
    aws: 'AWS', tryThis: 'Try this', step1: 'Import a finding', step2: 'Press Remediate', step3: 'Watch the thread',
    step1More: 'It appears in #security.', step2More: 'Read what will change, then confirm.', step3More: 'Each step is reported; the message turns green when AWS says it is fixed.',
    findings: 'Findings', open: 'open', resolved: 'resolved', suppressed: 'suppressed', import: 'Import',
    events: 'More events', storm: 'Storm', stormMore: 'Many findings at once', count: 'Number of findings', redeliver: 'Redeliver', redeliverMore: 'The last events again, shuffled',
    update: 'Newer update', updateMore: 'Of the last finding', custom: 'Custom action', customMore: 'Sent from the Security Hub console',
    faults: 'Errors', ratelimit: 'Slack rate limit', ratelimitMore: 'Slack answers 429 for {n} s', throttle: 'AWS throttling', throttleMore: 'AWS throttles calls for {n} s', hub: 'Trouble with Security Hub', hubMore: 'Lists are behind and updates collide for {n} s',
    fail: 'Fail next automation', failMore: 'Its next step ends in an error', reset: 'Start over', resetMore: 'Forgets all of AWS', resetSure: 'Forget all resources, findings and automations?',
    costs: 'Costs', overrun: 'Exceed a budget', overrunMore: 'New machines run: Budgets forecasts 127 % of the limit', overrunBudget: 'Budget', anomaly: 'Cost anomaly', anomalyMore: 'A day of machine learning nobody expected', anomalyWay: 'Sent by', anomalyWay_sns: 'SNS', anomalyWay_eventbridge: 'EventBridge',
    create: 'Create a resource', createMore: 'CloudTrail tells ChatOps, which tags it', createKind: 'Kind', createPerson: 'Created by', createName: 'Name (optional)',
    create_instance: 'EC2 instance', create_bucket: 'S3 bucket', create_database: 'RDS database', create_table: 'DynamoDB table', create_function: 'Lambda function', create_queue: 'SQS queue', create_user: 'IAM user',
    services: 'Straight from the services',
    'service_health-issue': 'Health: issue', 'service_health-issue_more': 'An EC2 issue in the Region',
    'service_health-retirement': 'Health: retirement', 'service_health-retirement_more': 'An instance will be stopped',
    'service_health-close': 'Health: close', 'service_health-close_more': 'The last AWS Health event',
    'service_guardduty': 'GuardDuty finding', 'service_guardduty_more': 'A threat, past Security Hub',
    'service_hub-imports': 'Security Hub imports it', 'service_hub-imports_more': 'The same finding: one message',
    'service_inspector': 'Inspector finding', 'service_inspector_more': 'A vulnerable package',
    'service_config': 'Config: not compliant', 'service_config_more': 'A bucket fails a rule',
    'service_config-compliant': 'Config: compliant', 'service_config-compliant_more': 'The same bucket passes',
    create_terraform: 'Terraform (nobody in Slack)', create_autoscaling: 'Auto Scaling',
    alerts: 'Alerts', alertRule: 'Rule', alertWay: 'The way it takes', alertFire: 'Fire', alertFireMore: 'It arrives in #alerts', alertResolve: 'Resolve', alertResolveMore: 'The firing alert is resolved',
    alert_webhook: 'Alertmanager webhook', 'alert_sns-json': 'AMP over SNS (JSON)', 'alert_sns-text': 'AMP over SNS (text)', alert_cloudwatch: 'CloudWatch alarm over SNS',
    automations: 'Automations', noAutomations: 'None yet', throttling: 'AWS is throttling', paused: 'AWS is paused', go: 'Go', done: 'Done.',
    report: 'Report and time', reportNow: 'Run the report now', reportNowMore: "Today's, to #reports and by e-mail", jump: 'Jump in time', jumpMore: 'What is due meanwhile runs', jumpTo: 'Jump to',
    jump_nine: '09:00', jump_hour: '+1 h', jump_day: '+1 day', 'jump_month-end': 'Month end', mails: 'E-mails', noMails: 'None yet', noSubject: '(no subject)', mailHtml: 'As shown', mailPlain: 'Plain text',
    today: 'Today', yesterday: 'Yesterday', tomorrow: 'Tomorrow', confirmTitle: 'Are you sure?', skip: 'Skip to messages',
    CRITICAL: 'Critical', HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low', INFORMATIONAL: 'Informational',
    timeout: 'ChatOps did not answer within 3 seconds. Try again.', expired: 'This has expired. Do it once more.', unavailable: 'ChatOps answered with an error. Try again.',
  },
  ko: {
    channels: '채널', apps: '앱', messages: '다이렉트 메시지', actAs: '사용자 전환', home: '홈',
    openChannels: '채널 목록 열기', closeChannels: '채널 목록 닫기', openPanel: 'AWS 패널 열기', closePanel: 'AWS 패널 닫기',
    unread: '읽지 않음 {n}개', bot: '앱', edited: '(편집됨)', onlyYou: '나에게만 표시', dismiss: '지우기',
    replies: n => `댓글 ${n}개`, lastReply: '마지막 댓글 {when}', reply: '스레드에 댓글 달기', replyShort: '댓글',
    thread: '스레드', closeThread: '스레드 닫기', messagesIn: '{channel} 메시지',
    newMessages: '새 메시지', emptyChannel: '아직 메시지가 없습니다', emptySecurity: 'AWS에서 일을 일으키면 ChatOps가 여기에 알립니다.',
    composer: '{channel}에 메시지 보내기', composerThread: '댓글 달기', send: '보내기', commandHint: '/ 를 입력하면 명령 목록이 나옵니다',
    commandsFound: '명령 {n}개', notCommand: '{command} 명령은 이 워크스페이스에 없습니다. / 를 입력하면 명령 목록이 나옵니다.',
    reconnecting: '연결이 끊겼습니다. 다시 연결하는 중…', loading: '불러오는 중…', failed: '처리하지 못했습니다: {error}',
    cannotReach: '샌드박스가 응답하지 않습니다. 실행 중인지 확인하십시오.',
    close: '닫기', cancel: '취소', working: '처리 중…', closeAll: '모두 닫기', back: '뒤로',
    required: '값을 입력하십시오.', tooShort: '{n}자 이상 입력하십시오.', tooLong: '{n}자까지 입력할 수 있습니다.', notNumber: '숫자를 입력하십시오.',
    notWhole: '정수를 입력하십시오.', tooSmall: '{n} 이상이어야 합니다.', tooBig: '{n} 이하여야 합니다.', notEmail: '이메일 주소를 입력하십시오.', notUrl: 'http:// 또는 https://로 시작하는 주소를 입력하십시오.',
    optional: '(선택)', choose: '선택…', noOptions: '일치하는 항목이 없습니다', typeMore: '{n}자 이상 입력하십시오', remove: '{name} 빼기', clear: '지우기',
    moreActions: '추가 작업', noHome: 'ChatOps가 아직 홈을 게시하지 않았습니다.', unsupported: '이 페이지는 “{type}” 블록을 표시할 수 없습니다.',
    formatHint: '*굵게*  _기울임_  ~취소선~  `코드`  - 목록  > 인용', yes: '예', no: '아니요', picture: '그림',
    aws: 'AWS', tryThis: '이렇게 해 보십시오', step1: '취약점 가져오기', step2: '조치 누르기', step3: '스레드 지켜보기',
    step1More: '#security 채널에 나타납니다.', step2More: '무엇이 바뀌는지 읽고 확인합니다.', step3More: '단계마다 알려 주고, AWS에서 해결이 확인되면 초록색으로 바뀝니다.',
    findings: '취약점', open: '미해결', resolved: '해결', suppressed: '예외 처리', import: '가져오기',
    events: '다른 이벤트', storm: '폭주', stormMore: '취약점을 한꺼번에 많이', count: '취약점 수', redeliver: '다시 전달', redeliverMore: '마지막 이벤트를 순서를 섞어 다시',
    update: '새 업데이트', updateMore: '마지막 취약점의', custom: '사용자 지정 작업', customMore: 'Security Hub 콘솔에서 보낸 것처럼',
    faults: '오류', ratelimit: 'Slack 호출 제한', ratelimitMore: 'Slack이 {n}초 동안 429로 응답', throttle: 'AWS 조절', throttleMore: 'AWS가 {n}초 동안 호출을 제한', hub: 'Security Hub 이상', hubMore: '{n}초 동안 목록이 늦고 업데이트가 충돌',
    fail: '다음 자동화 실패', failMore: '다음 단계가 오류로 끝남', reset: '처음부터', resetMore: 'AWS의 모든 것을 지움', resetSure: '모든 리소스, 취약점, 자동화를 지울까요?',
    costs: '비용', overrun: '예산 초과 만들기', overrunMore: '새 서버가 실행되어 한도의 127%가 예상됩니다', overrunBudget: '예산', anomaly: '비용 이상', anomalyMore: '예상하지 못한 머신 러닝 비용이 하루 발생합니다', anomalyWay: '전송 경로', anomalyWay_sns: 'SNS', anomalyWay_eventbridge: 'EventBridge',
    create: '리소스 생성', createMore: 'CloudTrail 이벤트를 받아 ChatOps가 태깅합니다', createKind: '종류', createPerson: '생성자', createName: '이름(선택)',
    create_instance: 'EC2 인스턴스', create_bucket: 'S3 버킷', create_database: 'RDS 데이터베이스', create_table: 'DynamoDB 테이블', create_function: 'Lambda 함수', create_queue: 'SQS 대기열', create_user: 'IAM 사용자',
    services: '서비스 자체 이벤트',
    'service_health-issue': 'Health: 장애', 'service_health-issue_more': '리전의 EC2 장애',
    'service_health-retirement': 'Health: 인스턴스 사용 중지', 'service_health-retirement_more': '인스턴스 중지 예정',
    'service_health-close': 'Health: 종료', 'service_health-close_more': '마지막 Health 이벤트 종료',
    'service_guardduty': 'GuardDuty 취약점', 'service_guardduty_more': 'Security Hub를 거치지 않은 위협 탐지',
    'service_hub-imports': 'Security Hub로 가져오기', 'service_hub-imports_more': '같은 취약점, 메시지는 하나',
    'service_inspector': 'Inspector 취약점', 'service_inspector_more': '취약한 패키지',
    'service_config': 'Config: 규정 미준수', 'service_config_more': '버킷이 규칙을 위반',
    'service_config-compliant': 'Config: 규정 준수', 'service_config-compliant_more': '같은 버킷이 규칙을 준수',
    create_terraform: 'Terraform (Slack에 없음)', create_autoscaling: 'Auto Scaling',
    alerts: '알림', alertRule: '규칙', alertWay: '전달 경로', alertFire: '발생', alertFireMore: '#alerts 채널에 도착합니다', alertResolve: '해결', alertResolveMore: '발생 중인 알림이 해결됩니다',
    alert_webhook: 'Alertmanager 웹훅', 'alert_sns-json': 'SNS로 AMP (JSON)', 'alert_sns-text': 'SNS로 AMP (텍스트)', alert_cloudwatch: 'SNS로 CloudWatch 경보',
    automations: '자동화', noAutomations: '아직 없습니다', throttling: 'AWS가 호출을 조절하는 중', paused: 'AWS가 멈춰 있음', go: '실행', done: '완료했습니다.',
    report: '보고와 시간', reportNow: '지금 보고하기', reportNowMore: '오늘 보고를 #reports와 이메일로', jump: '시간 건너뛰기', jumpMore: '그사이 예정된 작업을 실행', jumpTo: '건너뛸 시각',
    jump_nine: '09:00', jump_hour: '+1시간', jump_day: '+1일', 'jump_month-end': '월말', mails: '이메일', noMails: '아직 없습니다', noSubject: '(제목 없음)', mailHtml: '보이는 대로', mailPlain: '일반 텍스트',
    today: '오늘', yesterday: '어제', tomorrow: '내일', confirmTitle: '진행할까요?', skip: '메시지로 건너뛰기',
    CRITICAL: '심각', HIGH: '높음', MEDIUM: '중간', LOW: '낮음', INFORMATIONAL: '정보',
    timeout: 'ChatOps가 3초 안에 응답하지 않았습니다. 다시 시도하십시오.', expired: '만료되었습니다. 처음부터 다시 하십시오.', unavailable: 'ChatOps가 오류로 응답했습니다. 다시 시도하십시오.',
  },
};

let language = 'en';
let region = 'en-GB';

/** Chooses the page's language from a Slack locale such as `ko-KR`. */
export function useLocale(locale) {
  language = String(locale ?? '').toLowerCase().startsWith('ko') ? 'ko' : 'en';
  region = /^[a-z]{2}-[A-Z]{2}$/.test(locale ?? '') ? locale : language === 'ko' ? 'ko-KR' : 'en-GB';
  document.documentElement.lang = language;
}

/** The reader's locale for dates and numbers: one whose words fit the page's language. */
export const locale = () => region.startsWith(language) ? region : 'en-GB';

/** The text for `key`; `{name}` places are filled from `values` (or, for a counted text, from the number given). */
export function t(key, values) {
  const text = texts[language][key] ?? texts.en[key] ?? key;
  if (typeof text === 'function') return text(values);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);
}

/** What the server says in several languages (`title`, `title_ko`), in the page's. */
export const spoken = (item, key) => item[`${key}_${language}`] ?? item[key];

/** Whether the dictionary has `key`. */
export const hasText = key => key in texts.en;

/** Both languages' dictionaries, so that a test can compare them. */
export const dictionaries = texts;

/** A sentence for an error code of the sandbox. */
export function errorText(error) {
  switch (error) {
    case 'operation_timeout': case 'timeout': return t('timeout');
    case 'expired_trigger_id': case 'trigger_expired': case 'not_found': case 'view_not_found': return t('expired');
    case 'unreachable': return t('cannotReach');
    case 'dispatch_failed': case 'http_error': case 'app_unreachable': return t('unavailable');
    default: return t('failed', { error: String(error ?? '?') });
  }
}
