BEGIN TRANSACTION;
CREATE TABLE action (
	practice_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	touchpoint VARCHAR(40) NOT NULL, 
	heard TEXT NOT NULL, 
	promise TEXT NOT NULL, 
	owner VARCHAR(120) NOT NULL, 
	due_on DATE, 
	done_on DATE, 
	state VARCHAR(12) NOT NULL, 
	published BOOLEAN NOT NULL, 
	clinician_id BIGINT, 
	comment_id BLOB, 
	measure VARCHAR(60) NOT NULL, 
	span INTEGER, 
	effect VARCHAR(12), 
	share_before INTEGER, 
	band_before INTEGER, 
	share_after INTEGER, 
	band_after INTEGER, 
	CONSTRAINT pk_action PRIMARY KEY (practice_id, id), 
	CONSTRAINT fk_action_practice_id_clinician FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id), 
	CONSTRAINT ck_action_known_state CHECK (state IN ('breakdown', 'acknowledged', 'apologised', 'promised', 'done', 'checked')), 
	CONSTRAINT ck_action_says_what_was_heard CHECK (heard <> ''), 
	CONSTRAINT ck_action_promise_is_whole CHECK (state NOT IN ('promised', 'done', 'checked') OR (promise <> '' AND owner <> '' AND due_on IS NOT NULL)), 
	CONSTRAINT ck_action_done_has_a_day CHECK ((done_on IS NOT NULL) = (state IN ('done', 'checked'))), 
	CONSTRAINT ck_action_published_is_done CHECK (NOT published OR state IN ('done', 'checked')), 
	CONSTRAINT ck_action_measure_has_a_span CHECK ((measure = '') = (span IS NULL)), 
	CONSTRAINT ck_action_known_span CHECK (span IS NULL OR span IN (3, 6)), 
	CONSTRAINT ck_action_known_effect CHECK (effect IS NULL OR effect IN ('better', 'worse', 'not_clear', 'few')), 
	CONSTRAINT ck_action_effect_of_a_deed CHECK (effect IS NULL OR (measure <> '' AND done_on IS NOT NULL)), 
	CONSTRAINT ck_action_effect_needs_thirty CHECK ((effect IN ('better', 'worse', 'not_clear') AND share_before IS NOT NULL AND share_after IS NOT NULL AND band_before IS NOT NULL AND band_after IS NOT NULL AND share_before BETWEEN 1 AND 99 AND share_after BETWEEN 1 AND 99 AND band_before >= 30 AND band_after >= 30) OR (effect IS NULL OR effect = 'few') AND share_before IS NULL AND share_after IS NULL AND band_before IS NULL AND band_after IS NULL), 
	CONSTRAINT fk_action_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE action_step (
	practice_id BIGINT NOT NULL, 
	action_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	day DATE NOT NULL, 
	"by" VARCHAR(120) NOT NULL, 
	note TEXT NOT NULL, 
	CONSTRAINT pk_action_step PRIMARY KEY (practice_id, action_id, number), 
	CONSTRAINT ck_action_step_counted CHECK (number >= 1), 
	CONSTRAINT ck_action_step_known_kind CHECK (kind IN ('moved', 'published', 'withdrawn')), 
	CONSTRAINT ck_action_step_known_state CHECK (state IN ('breakdown', 'acknowledged', 'apologised', 'promised', 'done', 'checked')), 
	CONSTRAINT fk_action_step_practice_id_action FOREIGN KEY(practice_id, action_id) REFERENCES action (practice_id, id), 
	CONSTRAINT fk_action_step_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE action_text (
	practice_id BIGINT NOT NULL, 
	action_id BIGINT NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	said VARCHAR(120) NOT NULL, 
	did VARCHAR(120) NOT NULL, 
	CONSTRAINT pk_action_text PRIMARY KEY (practice_id, action_id, language), 
	CONSTRAINT ck_action_text_known_language CHECK (language IN ('en', 'es')), 
	CONSTRAINT ck_action_text_short CHECK (length(said) BETWEEN 1 AND 120 AND length(did) BETWEEN 1 AND 120), 
	CONSTRAINT fk_action_text_practice_id_action FOREIGN KEY(practice_id, action_id) REFERENCES action (practice_id, id), 
	CONSTRAINT fk_action_text_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0032');
CREATE TABLE api_key (
	practice_id BIGINT NOT NULL, 
	secret_hash BLOB NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	made_on DATE NOT NULL, 
	used_on DATE, 
	ended_on DATE, scopes VARCHAR(60) DEFAULT 'visits:write' NOT NULL, 
	CONSTRAINT pk_api_key PRIMARY KEY (practice_id, secret_hash), 
	CONSTRAINT fk_api_key_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_api_key_practice_id UNIQUE (practice_id, name)
)
 WITHOUT ROWID

;
CREATE TABLE api_request (
	practice_id BIGINT NOT NULL, 
	tag BLOB NOT NULL, 
	body_tag BLOB NOT NULL, 
	day DATE NOT NULL, 
	lease_until VARCHAR(32) NOT NULL, 
	answer TEXT NOT NULL, 
	CONSTRAINT pk_api_request PRIMARY KEY (practice_id, tag), 
	CONSTRAINT fk_api_request_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE atom (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	cell_id BIGINT, 
	instrument VARCHAR(40) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	month VARCHAR(7) NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_atom PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_atom_least_n_comments CHECK (kind <> 'comments' OR n >= 10), 
	CONSTRAINT ck_atom_known_kind CHECK (kind IN ('ratings', 'comments')), 
	CONSTRAINT ck_atom_least_n CHECK (n >= 5), 
	CONSTRAINT fk_atom_practice_id_cell FOREIGN KEY(practice_id, cell_id) REFERENCES cell (practice_id, id), 
	CONSTRAINT fk_atom_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "atom" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545',1791926499032035794,'after_visit','ratings','2026-02',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3',3317428319260264930,'after_visit','ratings','2025-12',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4',1791926499032035794,'after_visit','ratings','2026-01',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B',3317428319260264930,'after_visit','ratings','2026-03',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A',1791926499032035794,'after_visit','ratings','2026-03',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5',4146509484866901935,'after_visit','ratings','2026-03',6);
INSERT INTO "atom" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A',3317428319260264930,'after_visit','ratings','2026-01',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837',4423462911816604557,'after_visit','ratings','2026-03',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E',4423462911816604557,'after_visit','ratings','2026-02',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20',1791926499032035794,'after_visit','ratings','2025-12',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B',4423462911816604557,'after_visit','ratings','2025-12',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'EF141CA282AF02A785EE9393BCB0EB8B',1791926499032035794,'after_visit','comments','2026-03',10);
INSERT INTO "atom" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48',4423462911816604557,'after_visit','ratings','2026-01',20);
INSERT INTO "atom" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA',3317428319260264930,'after_visit','ratings','2026-02',20);
CREATE TABLE audit_entry (
	practice_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	actor VARCHAR(254) NOT NULL, 
	action VARCHAR(60) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	"before" BLOB NOT NULL, 
	digest BLOB NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (practice_id, number), 
	CONSTRAINT fk_audit_entry_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE calendar_feed (
	practice_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	secret VARCHAR(32) NOT NULL, 
	clinician VARCHAR(120) NOT NULL, 
	next_look VARCHAR(32) NOT NULL, 
	read_day DATE, 
	etag VARCHAR(200) NOT NULL, 
	modified VARCHAR(200) NOT NULL, 
	mark BLOB NOT NULL, 
	failing_since VARCHAR(32), 
	trouble VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_calendar_feed PRIMARY KEY (practice_id, number), 
	CONSTRAINT ck_calendar_feed_failing CHECK ((failing_since IS NULL) = (trouble = '')), 
	CONSTRAINT fk_calendar_feed_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_calendar_feed_practice_id UNIQUE (practice_id, secret)
)
 WITHOUT ROWID

;
CREATE TABLE cap_mark (
	practice_id BIGINT NOT NULL, 
	contact_tag BLOB NOT NULL, 
	week INTEGER NOT NULL, 
	CONSTRAINT pk_cap_mark PRIMARY KEY (practice_id, contact_tag), 
	CONSTRAINT fk_cap_mark_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE card (
	practice_id BIGINT NOT NULL, 
	tag BLOB NOT NULL, 
	quarter VARCHAR(7) NOT NULL, 
	CONSTRAINT pk_card PRIMARY KEY (practice_id, tag), 
	CONSTRAINT fk_card_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE cell (
	practice_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	instrument VARCHAR(40) NOT NULL, 
	visit_type VARCHAR(40) NOT NULL, 
	clinician_id BIGINT, 
	CONSTRAINT pk_cell PRIMARY KEY (practice_id, id), 
	CONSTRAINT fk_cell_practice_id_clinician FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id), 
	CONSTRAINT fk_cell_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_cell_practice_id UNIQUE (practice_id, instrument, visit_type, clinician_id)
)
 WITHOUT ROWID

;
INSERT INTO "cell" VALUES(2750085349946321482,1791926499032035794,'after_visit','',2172942368351154274);
INSERT INTO "cell" VALUES(2750085349946321482,2913297952920502589,'after_visit','',NULL);
INSERT INTO "cell" VALUES(2750085349946321482,3317428319260264930,'after_visit','',262996650868911399);
INSERT INTO "cell" VALUES(2750085349946321482,4146509484866901935,'after_visit','',882587042183799257);
INSERT INTO "cell" VALUES(2750085349946321482,4423462911816604557,'after_visit','',3409052590900452505);
CREATE TABLE cell_practice (
	cell_id BIGINT NOT NULL, 
	practice_id BIGINT NOT NULL, 
	CONSTRAINT pk_cell_practice PRIMARY KEY (cell_id), 
	CONSTRAINT fk_cell_practice_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "cell_practice" VALUES(1791926499032035794,2750085349946321482);
INSERT INTO "cell_practice" VALUES(2913297952920502589,2750085349946321482);
INSERT INTO "cell_practice" VALUES(3317428319260264930,2750085349946321482);
INSERT INTO "cell_practice" VALUES(4146509484866901935,2750085349946321482);
INSERT INTO "cell_practice" VALUES(4423462911816604557,2750085349946321482);
CREATE TABLE clinician (
	practice_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_clinician PRIMARY KEY (practice_id, id), 
	CONSTRAINT fk_clinician_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_clinician_practice_id UNIQUE (practice_id, name)
)
 WITHOUT ROWID

;
INSERT INTO "clinician" VALUES(2750085349946321482,262996650868911399,'Ben Yu',1);
INSERT INTO "clinician" VALUES(2750085349946321482,882587042183799257,'Dev Patel',1);
INSERT INTO "clinician" VALUES(2750085349946321482,2172942368351154274,'Ana Ortiz',1);
INSERT INTO "clinician" VALUES(2750085349946321482,3409052590900452505,'Carla Neumann',1);
CREATE TABLE clinician_alias (
	practice_id BIGINT NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	clinician_id BIGINT NOT NULL, 
	CONSTRAINT pk_clinician_alias PRIMARY KEY (practice_id, name), 
	CONSTRAINT fk_clinician_alias_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT fk_clinician_alias_practice_id_clinician FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id)
)
 WITHOUT ROWID

;
CREATE TABLE clinician_merge (
	practice_id BIGINT NOT NULL, 
	clinician_id BIGINT NOT NULL, 
	into_id BIGINT NOT NULL, 
	CONSTRAINT pk_clinician_merge PRIMARY KEY (practice_id, clinician_id), 
	CONSTRAINT ck_clinician_merge_not_into_itself CHECK (into_id <> clinician_id), 
	CONSTRAINT fk_clinician_merge_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT fk_clinician_merge_whose FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id), 
	CONSTRAINT fk_clinician_merge_into FOREIGN KEY(practice_id, into_id) REFERENCES clinician (practice_id, id)
)
 WITHOUT ROWID

;
CREATE TABLE comment (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	atom_id BLOB NOT NULL, 
	box VARCHAR(40) NOT NULL, 
	audience VARCHAR(12) NOT NULL, 
	text TEXT NOT NULL, 
	hidden BOOLEAN NOT NULL, 
	CONSTRAINT pk_comment PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_comment_known_audience CHECK (audience IN ('all', 'management')), 
	CONSTRAINT fk_comment_practice_id_atom FOREIGN KEY(practice_id, atom_id) REFERENCES atom (practice_id, id), 
	CONSTRAINT fk_comment_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "comment" VALUES(2750085349946321482,X'72FF11D1C19CD6ABCA04F8B98E6C360D',X'EF141CA282AF02A785EE9393BCB0EB8B','to_change','all','The phone rang for ever.',0);
INSERT INTO "comment" VALUES(2750085349946321482,X'D815F6799BAD244190E61E76BA6E4D77',X'EF141CA282AF02A785EE9393BCB0EB8B','to_change','all','<b>Listened</b> & kind.',0);
CREATE TABLE contact_request (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	issue_week INTEGER NOT NULL, 
	day DATE NOT NULL, 
	sealed BLOB NOT NULL, 
	CONSTRAINT pk_contact_request PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_contact_request_one_length CHECK (length(sealed) = 4144), 
	CONSTRAINT fk_contact_request_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE draft (
	practice_id BIGINT NOT NULL, 
	instrument VARCHAR(40) NOT NULL, 
	number INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_draft PRIMARY KEY (practice_id, instrument), 
	CONSTRAINT ck_draft_counted CHECK (number >= 1), 
	CONSTRAINT fk_draft_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE installation (
	id INTEGER NOT NULL, 
	generation BLOB NOT NULL, 
	contact_check BLOB NOT NULL, backup_night DATE, backup_tried VARCHAR(32), backup_trouble VARCHAR(400) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_installation PRIMARY KEY (id), 
	CONSTRAINT ck_installation_only_one CHECK (id = 1)
);
INSERT INTO "installation" VALUES(1,X'F7DB33FA88270A4FDC906CF5D7CC0A13',X'3717FB3306081D9769F405E71CAE9E7606D0A4E1E5C52D17C3E1583B470CBB25',NULL,NULL,'');
CREATE TABLE invitation (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	cell_id BIGINT NOT NULL, 
	visit_tag BLOB NOT NULL, 
	contact_tag BLOB NOT NULL, 
	label VARCHAR(60) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	issue_week INTEGER NOT NULL, 
	send_day DATE NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	address_sealed BLOB NOT NULL, 
	fence INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	lease_until VARCHAR(32), 
	not_before VARCHAR(32), 
	reply_code INTEGER, 
	CONSTRAINT pk_invitation PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_invitation_known_state CHECK (state IN ('due','claimed','handing_over','sent','failed','unknown','suppressed','cancelled')), 
	CONSTRAINT ck_invitation_address_length CHECK (length(address_sealed) = 320), 
	CONSTRAINT fk_invitation_practice_id_cell FOREIGN KEY(practice_id, cell_id) REFERENCES cell (practice_id, id), 
	CONSTRAINT fk_invitation_practice_id_published_instrument FOREIGN KEY(practice_id, label) REFERENCES published_instrument (practice_id, label), 
	CONSTRAINT fk_invitation_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_invitation_practice_id UNIQUE (practice_id, visit_tag)
)
 WITHOUT ROWID

;
CREATE TABLE job_run (
	practice_id BIGINT NOT NULL, 
	job VARCHAR(20) NOT NULL, 
	day DATE NOT NULL, 
	CONSTRAINT pk_job_run PRIMARY KEY (practice_id, job, day), 
	CONSTRAINT fk_job_run_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE location (
	practice_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	CONSTRAINT pk_location PRIMARY KEY (practice_id, id), 
	CONSTRAINT fk_location_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_location_practice_id UNIQUE (practice_id, name)
)
 WITHOUT ROWID

;
CREATE TABLE mail_complaint (
	practice_id BIGINT NOT NULL, 
	invitation_id BLOB NOT NULL, 
	CONSTRAINT pk_mail_complaint PRIMARY KEY (practice_id, invitation_id), 
	CONSTRAINT fk_mail_complaint_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE mail_count (
	practice_id BIGINT NOT NULL, 
	day DATE NOT NULL, 
	cause VARCHAR(20) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_mail_count PRIMARY KEY (practice_id, day, cause), 
	CONSTRAINT fk_mail_count_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE mail_run (
	practice_id BIGINT NOT NULL, 
	day DATE NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	finished BOOLEAN NOT NULL, 
	CONSTRAINT pk_mail_run PRIMARY KEY (practice_id, day, kind), 
	CONSTRAINT fk_mail_run_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE mail_schedule (
	practice_id BIGINT NOT NULL, 
	from_hour INTEGER NOT NULL, 
	until_hour INTEGER NOT NULL, 
	most_per_day INTEGER NOT NULL, 
	sender VARCHAR(254) NOT NULL, 
	tested_on DATE, 
	CONSTRAINT pk_mail_schedule PRIMARY KEY (practice_id), 
	CONSTRAINT ck_mail_schedule_quiet_hours CHECK (6 <= from_hour AND from_hour < until_hour AND until_hour <= 21), 
	CONSTRAINT ck_mail_schedule_some_mail CHECK (most_per_day >= 1), 
	CONSTRAINT ck_mail_schedule_tested_sender CHECK (tested_on IS NULL OR sender <> ''), 
	CONSTRAINT fk_mail_schedule_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "mail_schedule" VALUES(2750085349946321482,9,20,1000,'feedback@localhost','2020-01-02');
CREATE TABLE mail_test (
	practice_id BIGINT NOT NULL, 
	code_hash BLOB NOT NULL, 
	sender VARCHAR(254) NOT NULL, 
	begun_at VARCHAR(32) NOT NULL, 
	tries INTEGER NOT NULL, 
	CONSTRAINT pk_mail_test PRIMARY KEY (practice_id), 
	CONSTRAINT ck_mail_test_few_tries CHECK (tries BETWEEN 0 AND 5), 
	CONSTRAINT fk_mail_test_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE opt_out (
	practice_id BIGINT NOT NULL, 
	contact_tag BLOB NOT NULL, 
	CONSTRAINT pk_opt_out PRIMARY KEY (practice_id, contact_tag), 
	CONSTRAINT fk_opt_out_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE own_day (
	practice_id BIGINT NOT NULL, 
	day DATE NOT NULL, 
	is_open BOOLEAN NOT NULL, 
	CONSTRAINT pk_own_day PRIMARY KEY (practice_id, day), 
	CONSTRAINT fk_own_day_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE passkey (
	practice_id BIGINT NOT NULL, 
	credential_id BLOB NOT NULL, 
	staff_id BIGINT NOT NULL, 
	public_key BLOB NOT NULL, 
	sign_count BIGINT NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	added_on DATE NOT NULL, 
	used_on DATE, 
	CONSTRAINT pk_passkey PRIMARY KEY (practice_id, credential_id), 
	CONSTRAINT ck_passkey_count_from_zero CHECK (sign_count >= 0), 
	CONSTRAINT fk_passkey_practice_id_staff FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id), 
	CONSTRAINT fk_passkey_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE password_request (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	address_tag BLOB NOT NULL, 
	hour VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_password_request PRIMARY KEY (practice_id, id), 
	CONSTRAINT fk_password_request_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE pending_sign_in (
	practice_id BIGINT NOT NULL, 
	secret_hash BLOB NOT NULL, 
	staff_id BIGINT NOT NULL, 
	begun_at VARCHAR(32) NOT NULL, 
	tries INTEGER NOT NULL, 
	CONSTRAINT pk_pending_sign_in PRIMARY KEY (practice_id, secret_hash), 
	CONSTRAINT ck_pending_sign_in_few_tries CHECK (tries BETWEEN 0 AND 5), 
	CONSTRAINT fk_pending_sign_in_practice_id_staff FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id), 
	CONSTRAINT fk_pending_sign_in_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE pool (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	cell_id BIGINT NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	kid BLOB NOT NULL, 
	sealed BLOB NOT NULL, 
	CONSTRAINT pk_pool PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_pool_one_length CHECK ((kind = 'ratings' AND length(sealed) = 560) OR (kind = 'comments' AND length(sealed) = 4144)), 
	CONSTRAINT fk_pool_practice_id_cell FOREIGN KEY(practice_id, cell_id) REFERENCES cell (practice_id, id), 
	CONSTRAINT fk_pool_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "pool" VALUES(2750085349946321482,X'1152772F357845557D9C03E5FE961309',1791926499032035794,'ratings',X'BEA36B5AAC88EC86BDEECEF324CBD450',X'4F835F123D1036A82612647D636301EC42DC13935B113CDC5B5C85AB8EE68D7D2D2ABC731CDDE869101690242B8C2881EF7ACB73DB0AFF66724361FA9D377D469D3E834025FB2DADFCEA0073C7B5C5B1BE7FD3CEE00AF9DCCA3E479D9EEFC16231DC13E0190E64915E584D32F3DEFBA3F176DF730BD004B8F8802D9B6AA5697715F2CACF476CA6A3E6FB36C3E0AEA59C0A96BDF5912F63CF19CF1B29C853ECFDA89806B50AC5646588B0566FD3D1AA0DB8C8CE3C3AC00BB28145D333ECD6ED4A4912DEB623DECE6ACDA301DF0CA9B73EA7B172DB161A7BC3DAD0D0D08DC238757A6FFA98AA81C4993825BC682A2C5730026275DC51E5788FE549E2003DDEC25A1D5AA628250DFB53E164FE4A0B7D63703852DC178412C4A5AEEB8A6B092E5704639E2044966F4FCF44A18A91898333671E11795AF810F28C726FB87B963AEE28AC65EC8BD529D87B403D3C66DD7B4BA8E327ABDDEB8D13832548146EE6A776B395C8200C35B75149EA9410CFF2456D94B01D4825E8E1DA77FC1F437830DF353672CDCF7F434D3179D6FDF37DE05D23041298F30DBF48186CB22C314507F65E50B2376D37896850CEB2822BF31D42FB5A393B97F4C6C144B8AAC77A4AC375F42893B446FEE24E3C589EA954CD8AF430AA39C586F68CE40DB385EF06F1E1B0C98AC2C2E05B0C9491FBE767BB3458E52AB8067B5C301D8ABDEAB415E015583B5B374E43148F0855AA29A792C6E5ACF39C4199D0C25326C0B58704B5A838305E407557FE6538C01FA72841F2E60676456C7E');
INSERT INTO "pool" VALUES(2750085349946321482,X'1C0CA39E6BE9E1CF4BE74BAC8343433A',1791926499032035794,'comments',X'55409C2FA568A835A31D1B96E70281D1',X'2A7A22856CD32A7D6997AF66FA11FEB59EC81DF01DF2226E1B9C598DB9548514921B77A49674B02F96C785CCD25515AE0D60B4EEB58CBDB8DBEE13D9B441772121B40565CBF965D585F842027FDD84BED6A7DA9043A7B8B2B8881F6B00C775A4E9A124374187F411671A41741C98237FA9DCD9759617D4E3134853C0DDA8D9F1489BA9206F691DECFF4A4DB95599FEC2E8F221B2A601F80E2781DC536A4A476AEB2B662722A6973C3B9D711CDC8A5E4C4D5464C898B26670425D6922614352B3BCA113C3D69439D7B0D3005FC21D3EC54AA73354D2EE47654351FCD93ED4011C4342ACFF2AC815FA74A7E44A498225F6825F3EEF22B2C1059699F7084E4960C1864DF7532D62C0A330CE81B011E22E64FE7EEFBFC52195A70E69A34B33D588C6C235AF8A10809EE872BA571D6680ECCC5A0C50D4B5D5E7D557A98C108FD14FAF38FB0C28D91EE5D73FED81240C4EE0819B3F892CFE78B390553F0BD273D03A44D0BAF25FA857EA54E318C2B289BDDF68641768F5822EC14F4D899A6E939B9611AA29AD8F46DC752EDFBB5497CEED4A08B36A3D1EFD7E62B97E7B00B1357C99B48EB5B29BCBDDF34767C99DCB6F6EF84A46C46F89A07E883974F60F5B7F4129793BA0535FF07A533BACCF687C5A40E224484335E0F8B4E73315AFBE66645DEB4A31A7E692B69312C6CCA568BEC34AF9BE43CA4E8CC66C44C9C538E6D736667D201E4238E4A1AED49740DC83C2AA5EA8C41B70A1629286C6B8D3144905EBCCDE621F7AB440BA3039A9465C88B31C09D46775F229622F7D5CFB01238148356BF9096CDF441B47E971D2CEE9ECD9510FCD8A6439B792F41A64BD6912B77BF14CB9E0E297F6F87B1F0C1089E5D10F04A4B54D0BFB1731008C1AC0C8BD43F14D3E6FB49563D17F04E34CF20E92C33AA44B2B4ADA0C2C2E0B9BAD6D4E155804EB883EDE475AED9058F2889361F4A5F56C1644C9F4886A94CF4EA1B4CE7F80F3F431819C0A8C3371552A6AB111506A95D5F7CB2162A5673A54D63CDCA1848F41ECF3894D5458A4B73AB848120FADFEE84C29864CB175E2B23C7AE82BA7AD46AE99D7000FBC3989F8E192B0E7A2B305128C2FC354318E3CE6049976B46D8F7D256CF9BFA318EBB508592BF6E5EE6D54F1856884B4A24C6BBA61BEDD5CEC510B8195F2BED7057DCBB0FB6B2FD9349F9A66F529579FB871AF548929A8E0EBA4D397352EE2872F655D2D0D9D953C2ED8B52043E3C517AE65A0D373358B98EB9FB93A1DE4E4F9E10796446C912703C024143BA342CDEC4F203447B5455B5666D39F4D26C3BE48615FACC3F4A592DF8FB75362B14CC1DB86D917CE0A5A8E0C1209EC933B2E4AE7B32AB587F9144A6BF9789C665B4E951F248113274BAB3D99173A9EAB86EBA9C5281171D23C1C795C9CE52F197B5835E2BC470EE4243788DACFAA12433D5132DFDEE5BC731361A6A3585E752FEDDF87BC1F910E4A389F284B7738BE28BD9F4295294FBAB81AF4D591E38D5CF50EF1B181BC48689ACC703550072699BD18060D72C65AF6B646F3AD02E5A2C20907C17AE2E47A10A77B82FECD8AD99516DD99C8D9A796B7B5C767C98BDD587F86A8F9826E0358CF1DC882BE9543A17EF9A715E94FFBB698C11FB4D31493A82F561A3EB62A17881A958E79081B4F469AAA1AE060EE675DFF2E6E09D50B864AF647D3277B9A09C344CF71E36E6C36CFB0423788105E2CD2EB6A301C3DDA4D0DC0BA3A0BE57246337DA95EB66ADB54F0A95036B13C6F23422771220ADD36142F977DE00663CC9506E833855E6A34AEC43B142DCFCE6C2EBEFBEE4C0D2F3E6AEBEDC73993AB9C56904E3EE2495DB3412A09A4A73EF0A44A811504022714B24F48176C9CE7FD02D160C45B839479E95E74DD76BA5046C39995E88F783CDFFE9414EB22DA67B9D624D0B40EFC06BE58A0709AB22EBF49D0B31284C88ACA13B40B73FF397FB302D6E3F3668038F58EE5586FC5AE0068FC5F410A5BED497F86BA3458E6B9D9F068F9379E55BA9A5EDFECB58F280C565D6C3EDB18ED2F58DE0B5C12DAEE0155E11B47D3CE1F5C2AE9E1682DD415F90CA00C475FE4DBCF5C0582E85D0B0F2B8D5C11FDF32E3EB126157D2CD5D5263C770CF79744E41958B62B37E3E9BC06D736C66D41BF690753C395238807BE591454C933FFCB22ABCFE8DC562A9CAF0C43490211DCA42FCF6697F77929DEA68077444DDBE5AFE4F0341FC5F370BAFBB74A80856A57D09870062D71CE07D7BEF79E0471FDFFDEA395F263D57D0AA60111509E8F16D6C86755EE1BC67A471C48E14218C78C15E2EDB315F55C93D88128837B9820892E6D4E83F9D808CEBC01175A9BDA8DA50CB0DBDD4A0C774A7D60944BD0C7917D8616EF720DE31A6F7B74F6C9A905D6399BA51F18D4E8F0A7633C546261C82F4FF784876C08A0881CB0DA8B6648A8FD1F7DE895863507990A9995D3F477F21CB8E511EE6F6B1F2D94134B93F17BB7C7269BA1029E8AE97BEF7DB177D49F2526BF6B7E93126EC7C9211829F80B27F9EAA9D4835758166834002E56A28D2BE6CF43BC1EEAA9E24D105A3D355A7FFB1968BFC4ECCD01E224EC2796A1C845677DAD7EE354FE7987558D012502A0DCE466532D59831EA038A52B2694A7196E9D1A5B6A61E82CB7F91D02E2DDE2D48A6395DCBAD26FF95D1703112E0495F8C6E8F3A468A92725B4D034C1B2E81A0DFC1CA126A6120645849C4EC8FAB8EB5F00D2F113E304EF03117800949DA9CE578DB04C347A3B8743BE8B58D07FC96B44BF6494B83CE6761A66CA4666999B4D8BB773E6814A36C7041209050488DBA147256CCE004BDBA9F8E5F4DD2225E0FBA7BBE1DBB622A91ABD51A56AD8BDEBFBC7E2193E519EB4DB248C0332EA33D8584B00690049AD5E62D6DA537AC918106E7F0779E1DE7ECA7B23730C46483FB0A6EC6800A02A19BE2A8D2394F8C6B08401977E7F31549C6250BA18F3BF4565740BE5D39ADF6821A898EE09CF4037DD27D1DD18056ABE98A11623250FD54B89F9424705BAD40E75FCD5C62B43F3E7596F32EC276AA2167F46B45664BA756E7A89A125D8DE1E701F4A9F25D172BA3788E9C3D0AEFA785A465E71D4993DDED881F2BF210C1FE62524676E5B6DC478B9E0FA70B033BFE8DAF4A2F74F9B899F8251C55E10772953CE45B48250A0433D556D05ACD12656D29D3B8E4DC5F4AA8525DB6F6B3FC951D388BAC662054F55FD2CD21474F9000D2F5C70358144A697AAA8555B9509920EEF4109067EA709D98127E69218EA0F6ED14A6E428500AD403CE33995AD72168CC8D46C847E7A3A6EDB01F7C372732BA3DFC6706332A22D2EFD2EA0385E0E65885965181B9AFCE51473A5C89090E7F9C7A8182BD46E923FA3C15E07D8C0CEBEED44E9E9C41BAD5D46BBBC9E722F4C91E6EE5B1F5653D864ECCFAFC5A7BE44EC77621F4E864C274C3CF359D1DE1D61B17827D4BE30E290D50586AA16476F989F4E64519BE40428D78CCB9363D4850C050E82617B3B71782C8A22C6A169B8F56F681ECD50B59D66308D57FF47816A8E75A360DA8E51DE3A820034881F56987B62B95363E4EAE8BF123309CFB46DA213C04B34CC19C24F1AFAC7EDE9616BA818B2F977625BA05C0A361635904B84EF392B06D9D3CC654543964174598A425299F272F0CB571ACBF617B558C6391ACE56D8E5D4AB6F9E118453005C5D3930A4AD0713D84B87D203A0889E48788B7F51CC7FF198A6A779FB9A240462F483615CB16642628C1F5C3F71B17805A3F68131571FB3A4FCC589043E31440C230AE10203D27D57EE65311477AA23F36EB973783181D7C19E0D6FAFED9847B7025E6C5BCE1B5D2127CC1F3F4A93B7766548C818B9C7DD958DD99E89D31161513F0E2ABB6C4778E95273D5A7A1E15FBA9469864C4D02EAB62CB31C8845893F5C52C855FE02EB2CFE1CEEAD7B8D51668A4C67B44F0C8FD922BBC5D4038A2CF2A97A9FCC62801F1BB41C0682148E16204F8158EA0444CB85D1770AAD73C23614865BE8D7E0101A9F31E8B2CE3755C40767E35360DDBB0F1818D2A08D433F2EC96D414650CCA7659BEB451E5C4ECEF8934C9860C21EF66B0AB773DCBC07FE7C3C47B76AF0720469D5050C073E40966C9C686C8A3EE8FE82CF5EE600BDA7E78D380C644E47C89326F75506DD12DF15F475B4DCF3F71DAFA6230B8B77E8FA32742A5BD7593A696430BD8E54E359D893BBBC5B65F0C8DB0C05756C1292872612830F1DFB41271F47257BBC1D3773757C771B2786E8A8DCAD82C39B2053F6CCAAC7D9F2A081E5EA2C3CFB87FD2274C701C78265C5687531411AA7C2F74E8C8E5716D4D7046124D5206853B433C7AFB8FE85D134E594EAD7429D1DCE57313237EC78ED4AAD501EAE23FE0F783E310984EE7A0F826D53BE8DE1DEA2D1482D94A06C1B93D0AB540746562C4C7BF85ED4E66275AD87ACBEB533976A2347B53F6F9AC3D16F32718B28EFEAB7978E3E2D6A0649F038F569EAB36C4A155D133CFA26DFF952EA699BBCDD770C11501A487F16B38471EBBE855C993F1722488B99E32C7B97CAF2F2F6E95FE459D95451887DB8CC931A51EFA17935F2D0C8A189A0D0D046B44ED47C13E98EA7C69ADFDC4CFFE52315FD54B9C982F92FFB3EABDFB02FF9BC6DEF511F3F9E18A9C3EB735846CDC73B41613AB854A17F0F3F55590D7F5AD33E2A8A9672155914D446B3F28B52FCE3AFE9FEAFA87B62F5846E9CE1DA0301A55783B32E06510C1E868E85F8596C3BA55B955E8594F75AEED68F7BAE0078BF1CFD7EA36FAD8F49A375ADB2ADC5468E06B1D97CDDD6BA87B321A7D5C57D383103AFEE482DFE07DC05E88899A8EC8793874AD8D92A5F806A28570302E35EC640AEA50551D216AC9D9D98954661391786084DCF6D48541E80CB556C553717B5068ADFE2AED8F016033C3CBC5413DBD2F24C9F99E2B7022CD9DAD249047AE85412E92153534B3EB0254C1DF3148FE42A75071BD85F39E795CE0B4EE6C296C505499F41D01AC2FCB3D4C547FCE373FEB189A83A30A41C4B37F6733579B98D1ED3E447C1EC34DF1D0F81CE1BAE3AD7B79D0B115E5F41FE9E23DE411E383DC1203A92ABBDD412363D81428DBFF954B6EB011A40BEBDE54C090CA60BC17043C624BFFE7FDDB3541FAF2CC53F520EB7D16F2513A15D1D937FB7C0A610598D4781E515E3369D81DA275ACC62FEE885BF04C16E83F28EF195D7659FC3AE9780D8BC87DC329F4C78598AC971C23BF79AB087A1F1CCD085EAC6616F41B896CF50E3963B64AD001C7842A28288648991039D1BC280001E9D586D47FBCD3E25FFB818354613EFEB07D045CF66D4DDE18ED02E2EBA05F1B943519AECE6C8FCB899178EEF2EFC2880C3E3B8B165431185F369B8906F28FA15682E1F690BDC36C56509D180B2F442089226F5A42EDB05DB9D77DA71DD3166E9E3F8D8A0543323E647679C9CCDF60D9A58A2DF68AE96D6B67B09F2F9281DC1D0432BE51BE8BD82BD94A02619415AF9A4DAEA64E8F120607E5055329EAD9ED5651FABABB6F23FE2537E44F38DF968526F7C0A327A06C81EECD39B4A607C3D188728F1E51A833C694607C64772FF5335DB52CE864E572DD6040DF11ECED7CDD2E322E64902F95F666EE2F57A1CCA11D36547BA0C53F38F73DEC8BD2364CDC5A6D2BB17DA21BB704D05E5B28F1D89E4550EB4941EC203167E9D4E732DDB98797BBDC9BA05F3F781778629EBD343887F8D449D7FE610D5C990625DA5397D707B65DAAD98C1468BF64CFA989110A7F72A62CCEAAEFBCA0505C6D32369AEA921FF99447108FC440D3AB93770B6D83015B4EAFDB8504A35F6ED46BA4C0848FE6C7A31CFEDB95A94425F7DBD93227D480A266751');
CREATE TABLE pool_key (
	practice_id BIGINT NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	kid BLOB NOT NULL, 
	public BLOB NOT NULL, 
	last_tick DATE, 
	CONSTRAINT pk_pool_key PRIMARY KEY (practice_id, kind), 
	CONSTRAINT ck_pool_key_known_kind CHECK (kind IN ('ratings', 'comments')), 
	CONSTRAINT fk_pool_key_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "pool_key" VALUES(2750085349946321482,'comments',X'55409C2FA568A835A31D1B96E70281D1',X'4E1B037C4DE5983B5B6D634B782B038118A0A4F8E0F8715A8F42F0B4DC3CDC55',NULL);
INSERT INTO "pool_key" VALUES(2750085349946321482,'ratings',X'BEA36B5AAC88EC86BDEECEF324CBD450',X'A7AEC2FB9D2D970A47774A290439A50013ED818AB22F80EE7F905F1BF1158E01',NULL);
CREATE TABLE practice (
	id BIGINT NOT NULL, 
	slug VARCHAR(40) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	time_zone VARCHAR(64) NOT NULL, 
	country VARCHAR(2) NOT NULL, 
	phone VARCHAR(40) NOT NULL, 
	instrument VARCHAR(40) NOT NULL, 
	k_ratings INTEGER NOT NULL, 
	k_comments INTEGER NOT NULL, 
	least_texts INTEGER NOT NULL, 
	reminders VARCHAR(12) NOT NULL, 
	sending BOOLEAN NOT NULL, mail_name VARCHAR(120) DEFAULT '' NOT NULL, mail_language VARCHAR(8) DEFAULT '' NOT NULL, contact_address VARCHAR(254) DEFAULT '' NOT NULL, complaints_to VARCHAR(200) DEFAULT '' NOT NULL, closed_on DATE, year_begins INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_practice_year_of_quarters CHECK (year_begins IN (1, 4, 7, 10)), second_factor BOOLEAN DEFAULT 0 NOT NULL, accent VARCHAR(7) DEFAULT '' NOT NULL CONSTRAINT ck_practice_accent_is_a_colour CHECK (accent = '' OR accent LIKE '#______'), leaves_on DATE CONSTRAINT ck_practice_leaving_is_closed CHECK (leaves_on IS NULL OR closed_on IS NOT NULL), 
	CONSTRAINT pk_practice PRIMARY KEY (id), 
	CONSTRAINT ck_practice_k_comments_least CHECK (k_comments >= 10), 
	CONSTRAINT ck_practice_k_ratings_least CHECK (k_ratings >= 5), 
	CONSTRAINT ck_practice_least_texts_least CHECK (least_texts >= 3), 
	CONSTRAINT uq_practice_slug UNIQUE (slug)
)
 WITHOUT ROWID

;
INSERT INTO "practice" VALUES(2750085349946321482,'riverside','Riverside Practice','America/New_York','US','555-0100','after_visit',5,10,3,'unanswered',1,'','','','',NULL,1,0,'',NULL);
CREATE TABLE published_instrument (
	practice_id BIGINT NOT NULL, 
	label VARCHAR(60) NOT NULL, 
	instrument VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	from_day DATE NOT NULL, note VARCHAR(300) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_published_instrument PRIMARY KEY (practice_id, label), 
	CONSTRAINT fk_published_instrument_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_published_instrument_practice_id UNIQUE (practice_id, instrument, version)
)
 WITHOUT ROWID

;
INSERT INTO "published_instrument" VALUES(2750085349946321482,'after-visit-1','after_visit',1,'{"asked_from_visit":2,"comments":[{"id":"works_well","limit":1000,"text":{"en":"What works well?","es":"¿Qué funciona bien?"}},{"id":"to_change","limit":1000,"text":{"en":"What should we change?","es":"¿Qué deberíamos cambiar?"}}],"denominator":"answered","id":"after_visit","intro":{"en":"These short questions are about our service: reaching us, waiting, the office and the bill. They are not about your treatment. You can leave any question blank.","es":"Estas breves preguntas se refieren a nuestro servicio: el contacto con nosotros, la espera, la recepción y la factura. No se refieren a su tratamiento. Puede dejar en blanco cualquier pregunta."},"items":[{"id":"overall","revision":1,"scale":{"id":"experience","options":[{"standing":"best","text":{"en":"Very good","es":"Muy buena"},"value":"very_good"},{"standing":"good","text":{"en":"Good","es":"Buena"},"value":"good"},{"standing":"middle","text":{"en":"Neither good nor poor","es":"Ni buena ni mala"},"value":"neither"},{"standing":"problem","text":{"en":"Poor","es":"Mala"},"value":"poor"},{"standing":"problem","text":{"en":"Very poor","es":"Muy mala"},"value":"very_poor"},{"standing":"aside","text":{"en":"Don’t know","es":"No lo sé"},"value":"dont_know"}]},"text":{"en":"Overall, how was your experience of our service?","es":"En general, ¿cómo fue su experiencia con nuestro servicio?"},"touchpoint":"overall"},{"id":"first_contact","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Is it easy to find what you need when you contact us, for example on our website or portal?","es":"Cuando se pone en contacto con nosotros, por ejemplo en nuestro sitio web o portal, ¿le resulta fácil encontrar lo que necesita?"},"touchpoint":"first_contact"},{"id":"phone","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"When you called or wrote, did you hear back soon enough?","es":"Cuando nos llamó o nos escribió, ¿recibió respuesta con suficiente rapidez?"},"touchpoint":"phone"},{"id":"timeliness","revision":1,"scale":{"id":"punctual","options":[{"standing":"best","text":{"en":"On time","es":"A la hora prevista"},"value":"on_time"},{"standing":"middle","text":{"en":"Up to 10 minutes late","es":"Hasta 10 minutos tarde"},"value":"up_to_10_late"},{"standing":"problem","text":{"en":"More than 10 minutes late","es":"Más de 10 minutos tarde"},"value":"over_10_late"},{"standing":"aside","text":{"en":"Not sure","es":"No lo recuerdo bien"},"value":"not_sure"}]},"text":{"en":"Did your visit start on time?","es":"¿Empezó su visita a la hora prevista?"},"touchpoint":"timeliness"},{"id":"waiting_room","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Was the place where you waited comfortable, in person or online?","es":"¿Le resultó cómodo el lugar donde esperó, ya fuera en persona o en línea?"},"touchpoint":"waiting_room"},{"id":"access","note":{"en":"For example stairs, parking, hearing, language or connection.","es":"Por ejemplo, escaleras, estacionamiento, audición, idioma o conexión."},"revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Could you get to and take part in your visit without difficulty?","es":"¿Pudo llegar a su visita y participar en ella sin dificultad?"},"touchpoint":"access"},{"id":"front_desk","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Did our office staff treat you with respect?","es":"¿Recibió un trato respetuoso por parte de nuestro personal administrativo?"},"touchpoint":"front_desk"},{"id":"billing","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Was it clear what you owe and why?","es":"¿Le quedó claro cuánto debe y por qué?"},"touchpoint":"billing"},{"id":"cancellation","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Did our rules for cancelling or moving a visit feel fair?","es":"¿Le parecieron justas nuestras normas para cancelar o cambiar una visita?"},"touchpoint":"cancellation"},{"id":"breakdown","revision":1,"scale":{"id":"repair","options":[{"standing":"best","text":{"en":"No","es":"No"},"value":"nothing_wrong"},{"repaired":true,"standing":"middle","text":{"en":"Yes, and it was put right","es":"Sí, y se resolvió"},"value":"put_right"},{"repaired":false,"standing":"problem","text":{"en":"Yes, not yet put right","es":"Sí, y aún no se ha resuelto"},"value":"not_put_right"},{"standing":"aside","text":{"en":"Prefer not to say","es":"Prefiero no decirlo"},"value":"rather_not_say"}]},"text":{"en":"Did anything go wrong on our side?","es":"¿Hubo algo que saliera mal por nuestra parte?"},"touchpoint":"breakdown"}],"languages":["en","es"],"seconds":50,"title":{"en":"About your visit","es":"Acerca de su visita"},"version":1}','7901b430c820d27590714237b984948ea0ce411d6719975dece76e4a5c5460dd','2020-01-01','');
CREATE TABLE recovery_code (
	practice_id BIGINT NOT NULL, 
	staff_id BIGINT NOT NULL, 
	code_hash BLOB NOT NULL, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (practice_id, staff_id, code_hash), 
	CONSTRAINT fk_recovery_code_practice_id_staff FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id), 
	CONSTRAINT fk_recovery_code_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE relay_rest (
	practice_id BIGINT NOT NULL, 
	relay VARCHAR(270) NOT NULL, 
	failures INTEGER NOT NULL, 
	rest_until VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_relay_rest PRIMARY KEY (practice_id, relay), 
	CONSTRAINT fk_relay_rest_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE remembered_match (
	practice_id BIGINT NOT NULL, 
	shape VARCHAR(32) NOT NULL, 
	"match" TEXT NOT NULL, 
	used VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_remembered_match PRIMARY KEY (practice_id, shape), 
	CONSTRAINT fk_remembered_match_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE report (
	practice_id BIGINT NOT NULL, 
	quarter VARCHAR(7) NOT NULL, 
	body TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	frozen_on DATE NOT NULL, 
	CONSTRAINT pk_report PRIMARY KEY (practice_id, quarter), 
	CONSTRAINT fk_report_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE scratch (
	practice_id BIGINT NOT NULL, 
	id BLOB NOT NULL, 
	cell_id BIGINT NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	kid BLOB NOT NULL, 
	sealed BLOB NOT NULL, 
	CONSTRAINT pk_scratch PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_scratch_one_length CHECK ((kind = 'ratings' AND length(sealed) = 560) OR (kind = 'comments' AND length(sealed) = 4144)), 
	CONSTRAINT fk_scratch_practice_id_cell FOREIGN KEY(practice_id, cell_id) REFERENCES cell (practice_id, id), 
	CONSTRAINT fk_scratch_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE second_factor (
	practice_id BIGINT NOT NULL, 
	staff_id BIGINT NOT NULL, 
	sealed BLOB, 
	waiting BLOB, 
	last_step BIGINT NOT NULL, 
	since DATE, 
	CONSTRAINT pk_second_factor PRIMARY KEY (practice_id, staff_id), 
	CONSTRAINT ck_second_factor_in_use_since CHECK ((sealed IS NULL) = (since IS NULL)), 
	CONSTRAINT fk_second_factor_practice_id_staff FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id), 
	CONSTRAINT fk_second_factor_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE sent_total (
	practice_id BIGINT NOT NULL, 
	cell_id BIGINT NOT NULL, 
	month VARCHAR(7) NOT NULL, 
	sent INTEGER NOT NULL, 
	CONSTRAINT pk_sent_total PRIMARY KEY (practice_id, cell_id, month), 
	CONSTRAINT fk_sent_total_practice_id_cell FOREIGN KEY(practice_id, cell_id) REFERENCES cell (practice_id, id), 
	CONSTRAINT fk_sent_total_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE spent (
	practice_id BIGINT NOT NULL, 
	tag BLOB NOT NULL, 
	issue_week INTEGER NOT NULL, 
	CONSTRAINT pk_spent PRIMARY KEY (practice_id, tag), 
	CONSTRAINT fk_spent_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "spent" VALUES(2750085349946321482,X'37F74553A66CC1C6F6F714966BD9E2E2',2937);
CREATE TABLE spent_card (
	practice_id BIGINT NOT NULL, 
	tag BLOB NOT NULL, 
	CONSTRAINT pk_spent_card PRIMARY KEY (practice_id, tag), 
	CONSTRAINT fk_spent_card_practice_id_card FOREIGN KEY(practice_id, tag) REFERENCES card (practice_id, tag) ON DELETE CASCADE, 
	CONSTRAINT fk_spent_card_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE sso_attempt (
	practice_id BIGINT NOT NULL, 
	state_hash BLOB NOT NULL, 
	begun_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sso_attempt PRIMARY KEY (practice_id, state_hash), 
	CONSTRAINT fk_sso_attempt_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE sso_binding (
	practice_id BIGINT NOT NULL, 
	staff_id BIGINT NOT NULL, 
	subject_hash BLOB NOT NULL, 
	since DATE NOT NULL, 
	CONSTRAINT pk_sso_binding PRIMARY KEY (practice_id, staff_id), 
	CONSTRAINT fk_sso_binding_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT fk_sso_binding_practice_id_staff FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id), 
	CONSTRAINT uq_sso_binding_practice_id UNIQUE (practice_id, subject_hash)
)
 WITHOUT ROWID

;
CREATE TABLE "staff" (
	practice_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	email VARCHAR(254) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	role VARCHAR(12) NOT NULL, 
	clinician_id BIGINT, 
	password_hash VARCHAR(200) NOT NULL, 
	active BOOLEAN NOT NULL, 
	news BOOLEAN DEFAULT 1 NOT NULL, 
	news_month VARCHAR(7) DEFAULT '' NOT NULL, 
	links INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_staff PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_staff_clinician_has_results CHECK (role <> 'clinician' OR clinician_id IS NOT NULL), 
	CONSTRAINT uq_staff_practice_id UNIQUE (practice_id, email), 
	CONSTRAINT ck_staff_front_desk_has_none CHECK (role <> 'front_desk' OR clinician_id IS NULL), 
	CONSTRAINT fk_staff_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT fk_staff_practice_id_clinician FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id), 
	CONSTRAINT ck_staff_known_role CHECK (role IN ('owner', 'clinician', 'front_desk', 'auditor')), 
	CONSTRAINT ck_staff_auditor_has_none CHECK (role <> 'auditor' OR clinician_id IS NULL)
)
 WITHOUT ROWID

;
INSERT INTO "staff" VALUES(2750085349946321482,1236946797972371335,'olu@example.org','Olu Bello','owner',NULL,'$argon2id$v=19$m=65536,t=3,p=4$Njm9WWKMJYLl1lcxPopv/A$GqnRg1yxtQmq8e2j5ya6dUPY6L49FjQcpG7rkR72wYg',1,1,'',0);
CREATE TABLE staff_session (
	practice_id BIGINT NOT NULL, 
	secret_hash BLOB NOT NULL, 
	staff_id BIGINT NOT NULL, 
	opened_at VARCHAR(32) NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_staff_session PRIMARY KEY (practice_id, secret_hash), 
	CONSTRAINT fk_staff_session_practice_id_staff FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id), 
	CONSTRAINT fk_staff_session_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE tally (
	practice_id BIGINT NOT NULL, 
	atom_id BLOB NOT NULL, 
	item VARCHAR(60) NOT NULL, 
	value VARCHAR(40) NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_tally PRIMARY KEY (practice_id, atom_id, item, value), 
	CONSTRAINT ck_tally_counted CHECK (n >= 1), 
	CONSTRAINT fk_tally_practice_id_atom FOREIGN KEY(practice_id, atom_id) REFERENCES atom (practice_id, id), 
	CONSTRAINT fk_tally_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'0D91FDDCECCA3882921C0BEFA71AE545','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'3EACC6C181F4D8EEC696312DE6479CF3','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'56AAA8BD2F857C06622BC55A52D7BFA4','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'57335732BCED43B83F5A296EA256C08B','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'7B16C8200EC4BD5344BC450B9D65635A','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','access.1','definitely',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','access.1','no',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','billing.1','definitely',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','billing.1','no',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','breakdown.1','not_put_right',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','breakdown.1','nothing_wrong',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','cancellation.1','definitely',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','cancellation.1','no',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','first_contact.1','definitely',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','first_contact.1','no',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','front_desk.1','definitely',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','front_desk.1','no',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','overall.1','poor',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','overall.1','very_good',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','phone.1','definitely',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','phone.1','no',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','timeliness.1','on_time',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','timeliness.1','over_10_late',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','waiting_room.1','definitely',5);
INSERT INTO "tally" VALUES(2750085349946321482,X'7E1ACF83559F9D3CD2A5BA07639067E5','waiting_room.1','no',1);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'919ED6D2723DCCF8F74C38C0138B499A','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925242034727AEB01CBE5584B2D68837','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'925A7F66CFC554CC14AA4FF83FC8700E','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'C19BE5B87188276D95DEDE2C487C2A20','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'D69C880215C677201379FE46056F3C6B','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'F916C3098A685E5D3AABD1E1A1A56A48','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','access.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','access.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','billing.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','overall.1','poor',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','phone.1','no',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2750085349946321482,X'FE34C1ACF4BF52856327357A544BCFEA','waiting_room.1','no',2);
CREATE TABLE theme_correction (
	practice_id BIGINT NOT NULL, 
	comment_id BLOB NOT NULL, 
	themes VARCHAR(160) NOT NULL, 
	CONSTRAINT pk_theme_correction PRIMARY KEY (practice_id, comment_id), 
	CONSTRAINT fk_theme_correction_practice_id_comment FOREIGN KEY(practice_id, comment_id) REFERENCES comment (practice_id, id), 
	CONSTRAINT fk_theme_correction_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE unreleased (
	practice_id BIGINT NOT NULL, 
	month VARCHAR(7) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	cause VARCHAR(8) NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_unreleased PRIMARY KEY (practice_id, month, kind, cause), 
	CONSTRAINT ck_unreleased_known_cause CHECK (cause IN ('expired', 'lost')), 
	CONSTRAINT fk_unreleased_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE upload (
	practice_id BIGINT NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	begun VARCHAR(32) NOT NULL, 
	"match" TEXT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	lease_until VARCHAR(32), 
	CONSTRAINT pk_upload PRIMARY KEY (practice_id, id), 
	CONSTRAINT ck_upload_state CHECK (state IN ('waiting', 'taking', 'taken')), 
	CONSTRAINT fk_upload_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE used_challenge (
	practice_id BIGINT NOT NULL, 
	challenge_hash BLOB NOT NULL, 
	used_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_used_challenge PRIMARY KEY (practice_id, challenge_hash), 
	CONSTRAINT fk_used_challenge_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE visit (
	practice_id BIGINT NOT NULL, 
	visit_tag BLOB NOT NULL, 
	client_tag BLOB NOT NULL, 
	reference VARCHAR(80) NOT NULL, 
	clinician_id BIGINT NOT NULL, 
	location_id BIGINT, 
	visit_type VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	number INTEGER, 
	status VARCHAR(16) NOT NULL, scope VARCHAR(60) DEFAULT '' NOT NULL, address_tag BLOB, start_tag BLOB, import_number INTEGER, 
	CONSTRAINT pk_visit PRIMARY KEY (practice_id, visit_tag), 
	CONSTRAINT fk_visit_practice_id_clinician FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id), 
	CONSTRAINT fk_visit_practice_id_location FOREIGN KEY(practice_id, location_id) REFERENCES location (practice_id, id), 
	CONSTRAINT fk_visit_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE visit_before (
	practice_id BIGINT NOT NULL, 
	import_number INTEGER NOT NULL, 
	visit_tag BLOB NOT NULL, 
	client_tag BLOB NOT NULL, 
	reference VARCHAR(80) NOT NULL, 
	clinician_id BIGINT NOT NULL, 
	location_id BIGINT, 
	visit_type VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	number INTEGER, 
	status VARCHAR(16) NOT NULL, 
	scope VARCHAR(60) NOT NULL, 
	address_tag BLOB, 
	start_tag BLOB, 
	CONSTRAINT pk_visit_before PRIMARY KEY (practice_id, import_number, visit_tag), 
	CONSTRAINT fk_visit_before_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE visit_identity (
	practice_id BIGINT NOT NULL, 
	tag BLOB NOT NULL, 
	visit_tag BLOB NOT NULL, 
	scope VARCHAR(60) NOT NULL, 
	import_number INTEGER, 
	CONSTRAINT pk_visit_identity PRIMARY KEY (practice_id, tag), 
	CONSTRAINT fk_visit_identity_visit FOREIGN KEY(practice_id, visit_tag) REFERENCES visit (practice_id, visit_tag) ON DELETE CASCADE, 
	CONSTRAINT fk_visit_identity_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE visit_import (
	practice_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	day DATE NOT NULL, 
	actor VARCHAR(254) NOT NULL, 
	source VARCHAR(40) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	lease_until VARCHAR(32) NOT NULL, 
	new INTEGER NOT NULL, 
	changed INTEGER NOT NULL, 
	unchanged INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	invited INTEGER NOT NULL, 
	CONSTRAINT pk_visit_import PRIMARY KEY (practice_id, number), 
	CONSTRAINT fk_visit_import_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE visit_type (
	practice_id BIGINT NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	instrument VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_visit_type PRIMARY KEY (practice_id, name), 
	CONSTRAINT fk_visit_type_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
CREATE TABLE watched_folder (
	practice_id BIGINT NOT NULL, 
	path VARCHAR(1000) NOT NULL, 
	CONSTRAINT pk_watched_folder PRIMARY KEY (practice_id, path), 
	CONSTRAINT fk_watched_folder_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT uq_watched_folder_path UNIQUE (path)
)
 WITHOUT ROWID

;
CREATE UNIQUE INDEX uq_cell_practice_level ON cell (practice_id, instrument, visit_type) WHERE clinician_id IS NULL;
CREATE INDEX ix_visit_client ON visit (practice_id, client_tag);
CREATE INDEX ix_invitation_outbox ON invitation (practice_id, state, send_day);
CREATE INDEX ix_invitation_week ON invitation (practice_id, issue_week);
CREATE INDEX ix_atom_month ON atom (practice_id, kind, month);
CREATE INDEX ix_visit_address ON visit (practice_id, address_tag);
CREATE INDEX ix_visit_identity_visit ON visit_identity (practice_id, visit_tag);
COMMIT;
