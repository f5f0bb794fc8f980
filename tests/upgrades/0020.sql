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
INSERT INTO "alembic_version" VALUES('0020');
CREATE TABLE api_key (
	practice_id BIGINT NOT NULL, 
	secret_hash BLOB NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	made_on DATE NOT NULL, 
	used_on DATE, 
	ended_on DATE, 
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
INSERT INTO "atom" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066',931016314221895839,'after_visit','ratings','2026-03',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'258FEBE81764B1EE27F70D8AD0DBC38C',931016314221895839,'after_visit','comments','2026-03',10);
INSERT INTO "atom" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03',4362759423816255844,'after_visit','ratings','2026-01',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA',931016314221895839,'after_visit','ratings','2025-12',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8',4362759423816255844,'after_visit','ratings','2026-03',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65',2954649775326313711,'after_visit','ratings','2026-03',6);
INSERT INTO "atom" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20',931016314221895839,'after_visit','ratings','2026-02',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E',3304765386273959508,'after_visit','ratings','2026-01',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F',4362759423816255844,'after_visit','ratings','2026-02',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52',3304765386273959508,'after_visit','ratings','2026-02',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5',3304765386273959508,'after_visit','ratings','2026-03',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1',931016314221895839,'after_visit','ratings','2026-01',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E',3304765386273959508,'after_visit','ratings','2025-12',20);
INSERT INTO "atom" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853',4362759423816255844,'after_visit','ratings','2025-12',20);
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
INSERT INTO "cell" VALUES(2836986399361241447,931016314221895839,'after_visit','',1822551063901798467);
INSERT INTO "cell" VALUES(2836986399361241447,2954649775326313711,'after_visit','',905745415005497520);
INSERT INTO "cell" VALUES(2836986399361241447,3167285172187742387,'after_visit','',NULL);
INSERT INTO "cell" VALUES(2836986399361241447,3304765386273959508,'after_visit','',4608993426457301547);
INSERT INTO "cell" VALUES(2836986399361241447,4362759423816255844,'after_visit','',2363070428919020633);
CREATE TABLE cell_practice (
	cell_id BIGINT NOT NULL, 
	practice_id BIGINT NOT NULL, 
	CONSTRAINT pk_cell_practice PRIMARY KEY (cell_id), 
	CONSTRAINT fk_cell_practice_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
)
 WITHOUT ROWID

;
INSERT INTO "cell_practice" VALUES(931016314221895839,2836986399361241447);
INSERT INTO "cell_practice" VALUES(2954649775326313711,2836986399361241447);
INSERT INTO "cell_practice" VALUES(3167285172187742387,2836986399361241447);
INSERT INTO "cell_practice" VALUES(3304765386273959508,2836986399361241447);
INSERT INTO "cell_practice" VALUES(4362759423816255844,2836986399361241447);
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
INSERT INTO "clinician" VALUES(2836986399361241447,905745415005497520,'Dev Patel',1);
INSERT INTO "clinician" VALUES(2836986399361241447,1822551063901798467,'Ana Ortiz',1);
INSERT INTO "clinician" VALUES(2836986399361241447,2363070428919020633,'Ben Yu',1);
INSERT INTO "clinician" VALUES(2836986399361241447,4608993426457301547,'Carla Neumann',1);
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
INSERT INTO "comment" VALUES(2836986399361241447,X'7E3AD5F4516E8CDEA9E176FCA3CEF81F',X'258FEBE81764B1EE27F70D8AD0DBC38C','to_change','all','The phone rang for ever.',0);
INSERT INTO "comment" VALUES(2836986399361241447,X'B50D903996A86D4D7955487A578C5FB2',X'258FEBE81764B1EE27F70D8AD0DBC38C','to_change','all','<b>Listened</b> & kind.',0);
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
	contact_check BLOB NOT NULL, 
	CONSTRAINT pk_installation PRIMARY KEY (id), 
	CONSTRAINT ck_installation_only_one CHECK (id = 1)
);
INSERT INTO "installation" VALUES(1,X'3002B45A108EF449567839833E2D102D',X'7DCE3612DAE9D3EB16B71AEB34FD47E7D7AB7930EDE3B876ACFC4F05DD48ABE6');
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
INSERT INTO "mail_schedule" VALUES(2836986399361241447,9,20,1000,'feedback@localhost','2020-01-02');
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
INSERT INTO "pool" VALUES(2836986399361241447,X'CD6B7523F7178B725745FD5AB9DD37E1',931016314221895839,'comments',X'1A4992E1C22044E2239BBEDE88967B15',X'4A7D61263E43CAC9689BBB4AFC264311BFE26AFCCAD9D2B28C721851E683CE3AC5021D2CED211F833AA27B8198BF588B3F03E2136A6CD7B63AD190F2A4FA9780F582247BB2921F7828CFD1DCEBCA17298F62536F309876C698D36368832E5AE1856F9AC2AE649E1D6A2C39D1014CFEF4DC2F9184E985FB4F3C7900621B01BAB0B3CECA7C060D6577BEA5A5C8A078E65AA6E37CD40DABD79E7F1693CEA49062BF3F31154146BC4D3C5760C2703EDD5CB2C8046800184BFDF74B270831E904A51CD26EE7C6EB3ECE1052734BD83F4C5E0D41EEE321D0F976DAB5A1044FC8E2C575B2B28D9D4375CC940092A19EAAA67F7DAA3C176D1F7E363EC7BEF88C59277B7B487F9F83B62AA6873D24E770443E51CE3D80FD5D6161051D41AC1D9DABFAB14A1A807978FA67964D6E8490312C0C34613F0B397F22EB7794CC6737E70C15340E6FBB7C0843BA33D359FBD8C47744361CC104143675DC6DD96DFEA7BC544F02EC27DDD7BD047612894E965ABA86F4D31633BF7A443D768F6895EF5FEBAC6A09E87FAA7E7A969F28B68BB7A033D0E8DE8B3A02B61B5FF858253A8B0AACA766BD14978670D8A274B8E3B30BB0842A77E8556696763BF5B82717B63097ADC7E79A6E5B13397470D93858307B006EF814858FBE4683DE5CBA463D4869932F4A7487A8298B6AA409E9E8D0F32183227C9F327AC9834DE5BC049AF98C481133B282F5BE30851402FEA5F991B55141675F0C00BD80EC13E297D0F0A5AD054CDFF3BE31169A5867A755CAFD9F73476FD4F804E139E3C0913BB2E798D2C329EF1999582931775171E10BAA82984C58EEE4C0D5FA57D9837D9EDEBE74D13740FD5B009D3362CB0B3F6C60AD40A467BBE66ED36319A5A2FD107D2D87BD44506D0E28A1B0661B316D0EC1E4F9A99FD1819F5B77080FE83DA541921361656BC11670051BE922F40880F08B94B767FA6C64082892C2678E993F455485FB90A4FA73BAAC1DCFA27FCA03A8B3C3D773F294A8C227832E78BBD605D3DA5F7DCDEDA1AF7C5B7A23014E1CB49BAA4C8CF845964434440B36CFF0B0196F30803D15FD570DD12FCE760CADCF9C339A789B216E027A7E2F94EC35E29B3CF2ED3D851DC09C7A8FA9B5B4885B7EF1A156E26BE3DE0F7BF41EFB9F4AE232F81E585E649EA853A35642AEAEC656F15D8233CC3029C64CF303F6A83851FBD4748BAF7516C9E1254BE8852B3FE596A3F03783738EFD8C5FAE5E4A172D162A9303693EC958C9A1C6E3465F12FB043558EED5730C92637B0E569C800F37CA91DAF5F9E6EECBFD7B55A2242B7784DF9124E285052A0C5205274D6615E90D7CEEF50815DD51A61A56FF21058CE845493F37A8DD5845F50BC3C6D99C433D64EE8299C51C451A36FA28B2FBB761DF4440A9774322C15DCACA771E066D7DBD7DC3BB5CD52CF28C4C3D01EC49DE0714626E8E488BC7612B2C01CE1AF7A8D3DE7E20D03F1C4EB3DC60AD93F0CC65EEEAE822863535DE4DC86896E75EB1F880A8DDFFE19B37A7BEA8EAB82185C47BC57CC30FC7F034C955CCC452844C6F8684A8EE8D310729E24DA4EAB5485DA470F633A1F4B13BB27C6AEA072B782319D898F2359CA2B56C9681DFDE34183AF7DD14B746D59B8DD8A60E5A17CA55EA3187A09B59B8D51C095FFF7A59378E2B2017652FECE5A74F92CD0CE1FF7ED70DF9588C1F07FE5870D8657C29661EB733573F64453EEACC578397E8FD5D5D6D1772910C4AC0077D8202F5A2A779C60ACA26B1D34C6EE0D7C91908163065EC8D40279DCFB8FB4A531EAFFFA4E5B0F791CDC57F7911EDCA4F5D917D8D9405200C2B1E508D512ABD9F5030A0CF746E47BDD69AA0DD9F12EACDC2ECD539368C13DC4E07F11BE0E95A506B7B8150DDCE242027914B4C08467B1B2416CF588F7E6AA600F94B4F9EB6F88990FAA3F7BA32DC43FE02C2AB8FF38A1E614B2FADB1ADBBE57457A39146AF2106E45CD2C395791E4F193DFE1CC3D35D63D57AF8177C188FD52571672E957253BCE663B99F190B90BA9334A191A0BA303792CB6FCC95FF8428182755BEA831793A631206307FA0D11352AA5C2F8DA1F41C0ED5D85CB9A2147AF95596AA0BD01C4EBE29370B5BAA5B35518781085F55D5585541213FA05D8217CB5F31DE44A5E3FB3791C87C47A66B145DFC36268A76DB724EAD476DC63C298101B092327BD1EF3650CB77CECBC42A8788EE8F21168A944494BC0A833D48A88F407B0DD1288607681A3C64EBEFF3CF8393C8886AD6742CFAE358CEA9BD68C123ACBA0B5D7D0D8BCA43C3C48DAB4AFDC4C8E7BF00ACA4C79E6A8A5A9CAFDF226ABD6AB38FD177EF09348F0A8FAFC6CE7C7E3D87699AE06B6BCDC3E4C30D3CADC999DF3E4341BFA8212A1B1FF70763E3B6114A2AE02195222F759262239BADF23BF3DB1027A1F7D298606D2E526DBA85F0402E9684BCC4155DAAAC8DC26CEEF871839986E5D65C538460C4CB3DD82129E1F3DF46FF17FB9D90B963AD5CF9DE38DE3159E253901655C0C228C40E4250B29DFB9D9558E9C5AD3B96CA4646DE862CF2B7865BAC62DCB4E6677FBABE952C4465A0EA3AFB4D9F85692D9FB9DF0BCE65FAF087FA24032FAD7F95E1CED570B176389104B37A8D63881A36665DBD8A6F5D16AAC17EC767C2772D0EAC29FFF278D4DFA469CD07D922D34A94B0BE1C97FA693F67FC8612BA5F54BDB8098E76B962D41D7E8D61EB74115E2E5BCE858653596A576C6A8B2AEF2033F15568D386678658629C1ED776C739277188C9230C57953A52877206F3C4D5A3DD282D92EC86D5BC3907510B43025A7174E0708A16CA52F7A1F1106E8DEE7BB713977B93D430A3E65A77A23FA4DD87AF98F8E5FEA2705C61CA986F76F83E3B2AC89A3A3276725A1658BA75B54E3F023D2E7420A95149D5E0550764535923D69AC20D2737D7EAE751CBDEE20C1C99A0180F8CC3CA32EA45367C9EFB4A5090307AD8F5440706E4481DC5D56283B2A98EA7D776367B2DACEFE628A5905C384FA7FDE33E2F37F7F62F7E62595300598196381A4253600599C34134727F490B40C165BDEF24A69C5B6048F6584420169D56005E6C656098321756852F706EB5FF69EDF841F45EC3A06E52AED2C497CECE8DE378F4177C5B1299135B2D7C807666FA225A4F17517717242CB815D862BE68AADFED7A1064C2EE5FEC2C7C26B7B224ED51A042C01090DD11723DEEE939A3F662D74F55FE6D2EFCE02DF492FDAF3D722CC1D3F9AF6EB5F7B5326749C841B5B9CF4B6229A068CC94ED49D9881A43C66A77962962F2DE8A3AF77FC890ACEC8FF9619F98694E7FEDCEC1582B2075DB97FF1A89313ECEBF7F077A3A03039EBF51AA184D9D6F51100FA727717B4255E5318D080E971781393A7852117A50633EE400BF229B03FE045E4BC987ABA7F77A4BD7EB8A12066E2586C56A414C4C24985C25A82B8049C12C71DE7DEBDBEFC478F1BBCB8C4F894C3DB1960D9AA2AB281AFB8EE1DE02C67D7D62AC9EDAEC39A8132DA8E47F68EF438E12D19A184A8A7FE4C7044A8AF9F1747C2049817A4A705C4A1243F56D705D776D030B539C235CAC318CE507E161C6836AC0ED0ECC3A65BEE41D2A4566AC89312A34330CA1B61439C44328ABA5B244A0D60F721AD7E98E6891DC4F74E1833276F0EC8F24333E80272AF55505BAD414189E1584441E42AFFC403B8171AFEE022E3F7D45F3FE8FFF02BD12017B3D0456269923E7F8648DF373E2A07405672046CBC95EC803322ED7D2B611616A34D9894AC92D9A7B452CBC1D7C4E81A1CB0E63B5115B9FF5615377D05B61F47790B2FD4DADBBB04688D4EAB7C0CFBFDEE69FAB5F0D87CB6B3D2B67FF744440D10BCD79517192A8DAD95876B66D41CD4F0CAADA1BDB448CC77E85FB65278B2C13E8A730C3C3AB41C83C7EA3C25DC2544B49D76C825A16FF90D161E40CDD4D724813F5A0EB59C592ECF0D3C2A1475DADC19CBB3F0DE3E4882FFFA30BC12B5EA9AF1688EC23FA9C8D76148AA45C5EE328CCCE3809F242FA281B388446B83FD496E2861FDF339C83CCD67D5CAA258AE07AB846AB38CD8BA38588BFC56ADC284CF334B396EF510D81FA43422133781C07A392666C9AE54EDD8BFD232FD8F51C276C0318921F26CA6097FC46C31D44699EDFB71B229971941EC5FD6A4432AAD8DF4A9837FEE7C78978E612F88A6F8EF7FB1E73ED6CD1FD1E64807E255079701A40939F2A0A04E1A8417A9A61F7833F3947A1B5FBB2BD2A24BB5F9F59A5EDD8DEF6BAA250D77499FF38F72D698B327F9A804E5A3E85A20BB15DEC3BDFBE51EAA4102D22E25B6386CE061CB111EB22F3C211F38FAF6A3462E9536F64A5A9FAA0EE2E458A962459C69DFDF486690CE2F3C1C93DF9FD212B1B33504EC0C3CF96545F19648B10763128C80160134B5EAC615AB849AF8AB7735977AA8C0F32A73162722569FB67A4059F5B7896D99B2BB1BAD87F8B45D4EA7FD768DBB158619D11809328095F2C78F0290E8C05BB3FD93CD17127099089C05E5354D43D0130DFC75FC38CBFFFF09083E1CB53B08408AD514C6CC690E19EFD5EFB5AC41DCB7F5947EDCE6643B045E7DB8CF6A37B9DBBD550E8B7F6F304866F1C9EE60DE0186E2006E1A4B330224F2B58F0946E453D8A2572AF815FB1CBA1C11F10ED2EC3387960AD8DAA89FEF26F13E73EF7FFA93098C110C6CCE0CCD62E95C03D095DD0047003B9F92FB9E4BE3D68419F0FBB7CC46056F4F9AE4E23E498D8D6D85DB870450662EF4908AFCE7040F102F8A677E15ABC7E85EA85CF1D145F2294A6F3577D94176BE01512BAB48FDEE4FCF8B2E0CD5615671E521B0D42C182C606DCAF54FC2544120206DAD58F8B1BB5B625EEC6E7F7BDE74D111578FA6FCCCAA6F5367E06BF7B7CDE64AEAAD8AD785004061AFF81ADE0AA6C22B288C34A040C099D57738FAD14EB469E59C7BCB310D85EC1A82E7AFB90C7DEAC8BE9B9D4FBFB54F71B72E573965BE10066DB0C92135B7FE92A345BE4A0E0D9065B4C34ABBADE90342DEEBF7EBDD056673C8005D7FC5C92F38C3E5DD60345D186C7D53D1B2D8442AB842030489EAFA8869CE52F43D7E3094A5E363D9CA821561B91C9A2B088660402D1DF9A386E28A878F5E2A00AAA6F5C8F67C3C0C3E2E5EFAE68E9F20B6271DA58D2B9BB737E3F01546ECA131B5203F2613D80657EC7AC9D4964C3403CD6FA7CB0BCB56DF653D6CB6D81E2CCBDCBCBBC3417D9815CB2BDEE259AB50D0E12502E095D87946C1778C108821CBE1E100581AF1EBE27B3E21CD4AD502AB1DC7E9CEB85C41D8ECB2D41CD7BFCC0E32DE01BB9DE9FB2D24DC3F718B09A0ADC85E430112EF659321C9AE767D7103D2FEF434999335A49288958C372A03C68EB63F8E115B16A78EA42DADCC5F353632B51A0488996674EECC85690994323292CBD6ADDD774957061970ADA7E642BC1FF637D568A296E8E7EEDDC0C678688E3D8AC05B8ABCDEF6AE43A80906C2B8084F0DC8A6317E0210ADE358EAC4D499DCE8DD6F78F6CA043D92A5D3918A9C91EADE46BD74DE8770AF255FEE2277EC0D9089573834B0C8ACF0D11BA97229A44F5061995282B56931C8865602C2AC392B8B84BF09A57E9124B8640A4458707B46BF33D18CF6DC9131577637EDD4A7802B334306415F219626FDE05EF4F5BE9767ABBF90D5358A84A616E38D64B70FB6965CCD9B3D3D80A29C66B9F9ECDC86C8FC4C8326FDCE8ADC4BA6BAE2D58AD59E56BED0A6DC784E5CA436CD8FB687F248C1D7B93CFD54D73BF26C0CF55D206B63A927650E6CC775E3BC3A6AB6DFC5186C4D4099DB4F6747B374470C1D5FE348BC567BC7E6F6EF0AD87D8C7FCB04225FEF946C6E88557FEED649BACB312560F55131E4E0E36C75D');
INSERT INTO "pool" VALUES(2836986399361241447,X'DC16B362B9357B4976D4AD16C9147C7F',931016314221895839,'ratings',X'9734FF3E3AECB7E19CA19CDA640E5475',X'162A4C6C5F9E2B2B3E0E4CE77DBB4BCAE99620CD15D9A0CEEFC68DF38B5EA00833D04ABE0ACA306A8DA3366240BBF913E3837E980A46E88FE5D465222743C85DF46C79E7C82A74924ABB6F50DBF13226EB6B92EA711C14190550525C9E5C659C7E6238DFCF137ACB76EAC91066006F9A25937E54DDC37991C490133F0EF491F4C3C4137F41FEF979BE918DCB7859222CA3500E0077EAD26924B97F14706F53B2F731B5F738A707C1A4A6472ADD0574626616CE20C89800D05E0941D996172ACBA6A73A6D9ED61913333B2C186FB87DB483794DF470FD601983A7008C13EAA25AC20BB5DAC5344FBE695A99464EFD7B2803446CB9A2F9D3C03082A6CA6D992D3422718C0284FC7C8B0F5A40997D27C6099B603DE974591E1A0B1F74CC8CC573A1A2FEEE1023EC713D5A8D530E3BF5A30E130DCAD6FA3478DB55F9C642CDBEE88CDD9D2859AF39BD5CB2E3EBD269C261CAC49E1F7FA2A40F2D88E873224359F3EE619DBFF11A2AEAF757EDCB55356F1D7DABB506C2647FF0D32B1CE13D70E02E33D958D3DCDBF45AF3E83C7BC73FFAF960FEAF1B977B91A6E938FE1741D8F17444009D1774EA48735A38294F98BC99BFB249D9E87318982891C606E83FCCD823797C6E1D80888B191B9FE9824FD969F89D722ABB121478E485B85B15414032632B13D6194314860CDDE8F24AE286445A03335AEF00103B497457A3F81FD4AB9C83B8BED803FD27F0608DD79D63B0328C878B950AA871C4CDE441AA2207E37467EF3E496E25A874D38A5AA64A3827564E30');
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
INSERT INTO "pool_key" VALUES(2836986399361241447,'comments',X'1A4992E1C22044E2239BBEDE88967B15',X'B90058C7E9FF1C212A1557834F587D1B53745424A3495E963A09336F1793535A',NULL);
INSERT INTO "pool_key" VALUES(2836986399361241447,'ratings',X'9734FF3E3AECB7E19CA19CDA640E5475',X'F8D6A02D2361639ADCAFD4F52185A263F96772924E0887572F082D219D376A5B',NULL);
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
	sending BOOLEAN NOT NULL, mail_name VARCHAR(120) DEFAULT '' NOT NULL, mail_language VARCHAR(8) DEFAULT '' NOT NULL, contact_address VARCHAR(254) DEFAULT '' NOT NULL, complaints_to VARCHAR(200) DEFAULT '' NOT NULL, closed_on DATE, year_begins INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_practice_year_of_quarters CHECK (year_begins IN (1, 4, 7, 10)), 
	CONSTRAINT pk_practice PRIMARY KEY (id), 
	CONSTRAINT ck_practice_k_comments_least CHECK (k_comments >= 10), 
	CONSTRAINT ck_practice_k_ratings_least CHECK (k_ratings >= 5), 
	CONSTRAINT ck_practice_least_texts_least CHECK (least_texts >= 3), 
	CONSTRAINT uq_practice_slug UNIQUE (slug)
)
 WITHOUT ROWID

;
INSERT INTO "practice" VALUES(2836986399361241447,'riverside','Riverside Practice','America/New_York','US','555-0100','after_visit',5,10,3,'unanswered',1,'','','','',NULL,1);
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
INSERT INTO "published_instrument" VALUES(2836986399361241447,'after-visit-1','after_visit',1,'{"asked_from_visit":2,"comments":[{"id":"works_well","limit":1000,"text":{"en":"What works well?","es":"¿Qué funciona bien?"}},{"id":"to_change","limit":1000,"text":{"en":"What should we change?","es":"¿Qué deberíamos cambiar?"}}],"denominator":"answered","id":"after_visit","intro":{"en":"These short questions are about our service: reaching us, waiting, the office and the bill. They are not about your treatment. You can leave any question blank.","es":"Estas breves preguntas se refieren a nuestro servicio: el contacto con nosotros, la espera, la recepción y la factura. No se refieren a su tratamiento. Puede dejar en blanco cualquier pregunta."},"items":[{"id":"overall","revision":1,"scale":{"id":"experience","options":[{"standing":"best","text":{"en":"Very good","es":"Muy buena"},"value":"very_good"},{"standing":"good","text":{"en":"Good","es":"Buena"},"value":"good"},{"standing":"middle","text":{"en":"Neither good nor poor","es":"Ni buena ni mala"},"value":"neither"},{"standing":"problem","text":{"en":"Poor","es":"Mala"},"value":"poor"},{"standing":"problem","text":{"en":"Very poor","es":"Muy mala"},"value":"very_poor"},{"standing":"aside","text":{"en":"Don’t know","es":"No lo sé"},"value":"dont_know"}]},"text":{"en":"Overall, how was your experience of our service?","es":"En general, ¿cómo fue su experiencia con nuestro servicio?"},"touchpoint":"overall"},{"id":"first_contact","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Is it easy to find what you need when you contact us, for example on our website or portal?","es":"Cuando se pone en contacto con nosotros, por ejemplo en nuestro sitio web o portal, ¿le resulta fácil encontrar lo que necesita?"},"touchpoint":"first_contact"},{"id":"phone","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"When you called or wrote, did you hear back soon enough?","es":"Cuando nos llamó o nos escribió, ¿recibió respuesta con suficiente rapidez?"},"touchpoint":"phone"},{"id":"timeliness","revision":1,"scale":{"id":"punctual","options":[{"standing":"best","text":{"en":"On time","es":"A la hora prevista"},"value":"on_time"},{"standing":"middle","text":{"en":"Up to 10 minutes late","es":"Hasta 10 minutos tarde"},"value":"up_to_10_late"},{"standing":"problem","text":{"en":"More than 10 minutes late","es":"Más de 10 minutos tarde"},"value":"over_10_late"},{"standing":"aside","text":{"en":"Not sure","es":"No lo recuerdo bien"},"value":"not_sure"}]},"text":{"en":"Did your visit start on time?","es":"¿Empezó su visita a la hora prevista?"},"touchpoint":"timeliness"},{"id":"waiting_room","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Was the place where you waited comfortable, in person or online?","es":"¿Le resultó cómodo el lugar donde esperó, ya fuera en persona o en línea?"},"touchpoint":"waiting_room"},{"id":"access","note":{"en":"For example stairs, parking, hearing, language or connection.","es":"Por ejemplo, escaleras, estacionamiento, audición, idioma o conexión."},"revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Could you get to and take part in your visit without difficulty?","es":"¿Pudo llegar a su visita y participar en ella sin dificultad?"},"touchpoint":"access"},{"id":"front_desk","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Did our office staff treat you with respect?","es":"¿Recibió un trato respetuoso por parte de nuestro personal administrativo?"},"touchpoint":"front_desk"},{"id":"billing","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Was it clear what you owe and why?","es":"¿Le quedó claro cuánto debe y por qué?"},"touchpoint":"billing"},{"id":"cancellation","revision":1,"scale":{"id":"definitely","options":[{"standing":"best","text":{"en":"Yes, definitely","es":"Sí, totalmente"},"value":"definitely"},{"standing":"good","text":{"en":"Yes, mostly","es":"Sí, en gran medida"},"value":"mostly"},{"standing":"problem","text":{"en":"No","es":"No"},"value":"no"},{"standing":"aside","text":{"en":"Does not apply","es":"No se aplica en mi caso"},"value":"does_not_apply"}]},"text":{"en":"Did our rules for cancelling or moving a visit feel fair?","es":"¿Le parecieron justas nuestras normas para cancelar o cambiar una visita?"},"touchpoint":"cancellation"},{"id":"breakdown","revision":1,"scale":{"id":"repair","options":[{"standing":"best","text":{"en":"No","es":"No"},"value":"nothing_wrong"},{"repaired":true,"standing":"middle","text":{"en":"Yes, and it was put right","es":"Sí, y se resolvió"},"value":"put_right"},{"repaired":false,"standing":"problem","text":{"en":"Yes, not yet put right","es":"Sí, y aún no se ha resuelto"},"value":"not_put_right"},{"standing":"aside","text":{"en":"Prefer not to say","es":"Prefiero no decirlo"},"value":"rather_not_say"}]},"text":{"en":"Did anything go wrong on our side?","es":"¿Hubo algo que saliera mal por nuestra parte?"},"touchpoint":"breakdown"}],"languages":["en","es"],"seconds":50,"title":{"en":"About your visit","es":"Acerca de su visita"},"version":1}','7901b430c820d27590714237b984948ea0ce411d6719975dece76e4a5c5460dd','2020-01-01','');
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
INSERT INTO "spent" VALUES(2836986399361241447,X'203C2DDDED66B2293A09CDF456AF5A30',2937);
CREATE TABLE spent_card (
	practice_id BIGINT NOT NULL, 
	tag BLOB NOT NULL, 
	CONSTRAINT pk_spent_card PRIMARY KEY (practice_id, tag), 
	CONSTRAINT fk_spent_card_practice_id_card FOREIGN KEY(practice_id, tag) REFERENCES card (practice_id, tag) ON DELETE CASCADE, 
	CONSTRAINT fk_spent_card_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id)
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
	CONSTRAINT pk_staff PRIMARY KEY (practice_id, id), 
	CONSTRAINT fk_staff_practice_id_clinician FOREIGN KEY(practice_id, clinician_id) REFERENCES clinician (practice_id, id), 
	CONSTRAINT ck_staff_clinician_has_results CHECK (role <> 'clinician' OR clinician_id IS NOT NULL), 
	CONSTRAINT uq_staff_practice_id UNIQUE (practice_id, email), 
	CONSTRAINT ck_staff_front_desk_has_none CHECK (role <> 'front_desk' OR clinician_id IS NULL), 
	CONSTRAINT fk_staff_practice_id_practice FOREIGN KEY(practice_id) REFERENCES practice (id), 
	CONSTRAINT ck_staff_known_role CHECK (role IN ('owner', 'clinician', 'front_desk'))
)
 WITHOUT ROWID

;
INSERT INTO "staff" VALUES(2836986399361241447,1008109222745143814,'olu@example.org','Olu Bello','owner',NULL,'$argon2id$v=19$m=65536,t=3,p=4$zVDi+jePFVU4oFELjCTMpA$yorz6/vzsAlaP0kJ4lwG1mVgK/PUCLSWWVypkPSI1O0',1,1,'');
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
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'14DA2A501E89588FB7A4E305C8AE8066','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'2A576CB71576E297A937F1F9E6557E03','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'363B2F787C50AD8B913207167ADF75FA','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'3EB0448B92FB3E2255C5307F85627BD8','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','access.1','definitely',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','access.1','no',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','billing.1','definitely',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','billing.1','no',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','breakdown.1','not_put_right',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','breakdown.1','nothing_wrong',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','cancellation.1','definitely',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','cancellation.1','no',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','first_contact.1','definitely',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','first_contact.1','no',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','front_desk.1','definitely',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','front_desk.1','no',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','overall.1','poor',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','overall.1','very_good',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','phone.1','definitely',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','phone.1','no',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','timeliness.1','on_time',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','timeliness.1','over_10_late',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','waiting_room.1','definitely',5);
INSERT INTO "tally" VALUES(2836986399361241447,X'4685F3F9C8C6493ED63105F620DC4D65','waiting_room.1','no',1);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'4D9107AA3F80A5A786416525C2EF5E20','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'5D111500394797AFF8BF1F69A88B298E','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'82C67B7E3417724D461B90D8A868699F','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'8F62ECB1FB2A96DFEAB111B762F20E52','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'99E50FBE0C15BF701388A89535740EA5','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'9F82E8136CFAD821FD0B1AB8CB30FCA1','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'B081EAEF5795C958F43519974EA2703E','waiting_room.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','access.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','access.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','billing.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','billing.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','breakdown.1','not_put_right',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','breakdown.1','nothing_wrong',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','cancellation.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','cancellation.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','first_contact.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','first_contact.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','front_desk.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','front_desk.1','no',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','overall.1','poor',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','overall.1','very_good',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','phone.1','definitely',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','phone.1','no',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','timeliness.1','on_time',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','timeliness.1','over_10_late',2);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','waiting_room.1','definitely',18);
INSERT INTO "tally" VALUES(2836986399361241447,X'DF5BB0F8F534A438E575BF7834EA3853','waiting_room.1','no',2);
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
