/** The empty page. Scripts run by nonce alone, styles come from our own file alone, nothing else is loaded. */
export function pageHtml(parts: {
	readonly nonce: string;
	readonly styleSource: string;
	readonly script: string;
	readonly style: string;
}): string {
	const policy = [
		"default-src 'none'",
		`script-src 'nonce-${parts.nonce}'`,
		`style-src ${parts.styleSource}`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spending</title>
<script nonce="${parts.nonce}" src="${parts.script}"></script>
<link rel="stylesheet" href="${parts.style}">
</head>
<body></body>
</html>
`;
}
